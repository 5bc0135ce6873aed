// What every chart has: loading, ranges, legend, keyboard, what is remembered and saved. The page has all texts and days.
const root = document.documentElement, open = new Map();
const date = (day) => new Date(day * 864e5).toLocaleDateString(root.lang, { dateStyle: "medium", timeZone: "UTC" });
const running = ({ d, scale }) => { let sum = 0; return d.map((more) => (sum += more) / scale); };
const press = (button, on) => button.setAttribute("aria-pressed", on);
export const css = (name) => getComputedStyle(root).getPropertyValue(name).trim();
export const iso = (day) => new Date(day * 864e5).toISOString().slice(0, 10);
export const number = (options) => {
  const own = new Intl.NumberFormat(root.dataset.locale, options);
  return (x) => own.format(x).replace("-", "−");
};
export const amount = (options) => (root.dataset.private ? () => "•••" : number(options));
const look = () => ({
  layout: { background: { color: css("--surface") }, textColor: css("--text-2"), fontFamily: css("--font"), fontSize: 11.5, attributionLogo: false, panes: { separatorColor: css("--line"), enableResize: false } },
  grid: { vertLines: { visible: false }, horzLines: { color: css("--line") } },
  crosshair: { vertLine: { color: css("--text-3"), labelVisible: false, style: 3, width: 1 }, horzLine: { visible: false, labelVisible: false } },
});

function frame(plot, paint) {
  const find = (selector) => plot.querySelector(selector), all = (selector) => [...plot.querySelectorAll(selector)];
  const { dataset } = plot, box = find(".chart"), tip = find(".tip"), kept = {};
  let data, chart, lines = [], from, cursor;
  const place = dataset.kept ?? dataset.chart; // backtests remember their own range
  try { Object.assign(kept, JSON.parse(localStorage[place])); } catch { /* as the page has it */ }

  async function load() {
    dataset.state = "loading";
    try {
      const answer = await fetch(dataset.src);
      if (!answer.ok) throw answer;
      const { t, series, trades } = await answer.json();
      data = { days: running({ d: t, scale: 1 }), series, trades };
      for (const name in series) data[name] = running(series[name]);
    } catch {
      dataset.state = "failed";
      return;
    }
    dataset.state = data.days.length ? "ready" : "none";
    if (!data.days.length || !plot.isConnected) return;
    chart = window.LightweightCharts.createChart(box, {
      ...look(), autoSize: true, handleScroll: { vertTouchDrag: false }, localization: { locale: root.dataset.locale },
      rightPriceScale: { borderVisible: false, entireTextOnly: true, scaleMargins: { top: 0.08, bottom: 0.06 } },
      timeScale: { borderVisible: false, fixLeftEdge: true, fixRightEdge: true, minBarSpacing: 0.01 },
    });
    new ResizeObserver(() => chart?.timeScale().fitContent()).observe(box);
    chart.subscribeCrosshairMove(({ point, logical }) => follow(point && logical, point?.x));
    box.onkeydown = move;
    draw();
    box.dataset.ready = "1";
  }

  function draw() {
    const chosen = (name) => find(`[data-${name}="${kept[name]}"]`) ?? find(`[data-${name}][aria-pressed=true]`);
    const range = chosen("range"), mode = chosen("mode"), { days } = data;
    for (const { api } of lines) if (api) chart.removeSeries(api);
    for (const button of all("[data-range], [data-mode]")) press(button, button === range || button === mode);
    for (const gain of document.querySelectorAll("[data-period]")) gain.hidden = gain.dataset.period !== range.dataset.range;
    press(find("[data-do=log]"), !!kept.log);
    // The evening the range is measured from; −1: before the first day, when every index was 1.
    const begin = days.findLastIndex((day) => iso(day) <= range.dataset.start);
    from = Math.max(0, begin);
    lines = all("[data-line]").flatMap((label) => {
      const { line, within } = label.dataset, whose = label.querySelector("i");
      label.hidden = !data[line] || (within && within !== mode.dataset.mode);
      if (label.hidden) return [];
      const on = kept[line + within] ?? label.ariaPressed !== "false";
      if (label.type) press(label, on);
      if (whose) whose.textContent = data.series[line].of;
      return [{ ...label.dataset, label, on, values: data[line], shown: data[line] }];
    });
    paint({ chart, dataset, data, lines, begin, from, mode: mode?.dataset.mode, range: range.dataset.range });
    for (const { api, on } of lines) api?.applyOptions({ visible: on });
    chart.priceScale("right").applyOptions({ mode: +!!kept.log });
    chart.timeScale().fitContent();
    follow();
    box.ariaLabel = `${[dataset.name, mode?.textContent, date(days[from])].filter(Boolean).join(", ")} – ${date(days.at(-1))}: ${told()}`;
  }

  // The legend tells the values of one day, and a copy of it stands beside the pointer; without one, of the last day.
  function follow(logical = Infinity, x = null) {
    const at = Math.min(data.days.length - 1, from + Math.round(logical));
    for (const { label, shown, format } of lines) label.querySelector("b").textContent = at in shown ? format(shown[at]) : "";
    tip.hidden = x === null;
    if (tip.hidden) return;
    tip.replaceChildren(date(data.days[at]), ...seen().map(({ label }) => label.cloneNode(true)));
    tip.style.left = `${Math.max(0, x > box.clientWidth / 2 ? x - tip.offsetWidth - 14 : x + 14)}px`;
  }
  const seen = () => lines.filter(({ on }) => on);
  const told = () => seen().map(({ label }) => label.textContent.trim()).join("; ");
  const say = (text) => { find("[role=status]").textContent = text; };

  plot.onclick = ({ target }) => {
    const button = target.closest("button"), { range, mode, line, within, do: act } = (button ?? plot).dataset;
    if (act === "retry") load();
    if (!chart || !(range || mode || line || act)) return;
    if (act === "png") return save();
    if (act === "log") kept.log = !kept.log;
    if (line) kept[line + within] = button.ariaPressed !== "true";
    Object.assign(kept, range && { range }, mode && { mode });
    try { localStorage[place] = JSON.stringify(kept); } catch { /* it lasts as long as the page */ }
    draw();
    say(box.ariaLabel);
  };

  function save() {
    chart.takeScreenshot().toBlob((blob) => {
      const href = URL.createObjectURL(blob);
      Object.assign(document.createElement("a"), { href, download: `${dataset.name}.png` }).click();
      URL.revokeObjectURL(href);
    });
  }

  // Arrows move a cursor from day to day, + and − zoom around it.
  function move(event) {
    const scale = chart.timeScale(), { from: left, to: right } = scale.getVisibleLogicalRange(), last = data.days.length - 1 - from;
    const at = Math.min(cursor ?? last, last), step = Math.ceil((right - left) / 250), zoom = { "+": 0.8, "-": 1.25 }[event.key];
    const to = { ArrowLeft: at - step, ArrowRight: at + step, Home: 0, End: last, "+": at, "-": at }[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    cursor = Math.max(0, Math.min(last, to));
    const beyond = zoom ? 0 : Math.min(0, cursor - left) + Math.max(0, cursor - right), turned = (edge) => at + (edge - at) * (zoom ?? 1) + beyond;
    scale.setVisibleLogicalRange({ from: turned(left), to: turned(right) });
    const { api, shown } = seen().find((line) => line.api) ?? {}, day = from + cursor;
    if (api) chart.setCrosshairPosition(shown[day], iso(data.days[day]), api);
    follow(cursor, scale.logicalToCoordinate(cursor));
    say(`${date(data.days[day])}: ${told()}`);
  }

  load();
  return { redraw: () => { chart?.applyOptions(look()); if (chart) draw(); }, remove: () => { chart = chart?.remove(); } };
}

export function charts(kind, paint) {
  // A finished job replaces the page's content, and with it its charts.
  const meet = () => {
    for (const [plot, one] of open) if (!plot.isConnected && open.delete(plot)) one.remove();
    for (const plot of document.querySelectorAll(`[data-chart="${kind}"]`)) if (!open.has(plot)) open.set(plot, frame(plot, paint));
  };
  document.addEventListener("htmx:afterSwap", meet);
  meet();
}
const redraw = () => open.forEach((one) => one.redraw());
document.addEventListener("theme", redraw);
matchMedia("(prefers-color-scheme: dark)").onchange = redraw;
