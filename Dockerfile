# One image for every process: web is what it runs by itself, the others are the Procfile's lines (compose.yaml).
# docker build -t mystocktracker . && \
#     docker run --env SECRET_KEY --env DATABASE_URL --env REDIS_URL -p 127.0.0.1:8000:8000 mystocktracker

FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /venv
COPY requirements.txt /app/
# Wheels only: no compiler is here. --require-hashes: nothing but what was locked.
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r /app/requirements.txt \
    && /venv/bin/pip uninstall --yes pip
COPY . /app
WORKDIR /app
# Static files get names with digests, and are packed; the key signs nothing and stays here.
RUN SECRET_KEY=only-for-this-step /venv/bin/python manage.py collectstatic --noinput --verbosity 0 \
    && /venv/bin/python -m compileall -q /app /venv

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/tmp HOME=/tmp
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin tracker
# Both belong to root: whoever breaks into a process cannot change what it runs.
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER 10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ.get('PORT', '8000') + '/healthz', timeout=4)"]
# exec: signals reach granian itself.
CMD ["sh", "-c", "exec granian --interface wsgi --host ${HOST:-0.0.0.0} --port ${PORT:-8000} --workers ${WEB_CONCURRENCY:-2} --blocking-threads ${WEB_THREADS:-4} --backpressure 64 --respawn-failed-workers --workers-max-rss 350 --workers-kill-timeout 20 stocktracker.wsgi:application"]
