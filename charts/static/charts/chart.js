// The dashboard's chart: value and money paid in, or return against the benchmark, over a range.
"use strict";
(() => {
  const MODES = {
    value: [
      { key: "value", name: "Portfolio", colour: "--c1", mark: "k1", kind: "area" },
      { key: "paid_in", name: "Paid in", colour: "--c5", mark: "k5", kind: "step" },
      { key: "in_fund", name: "Same money in ", colour: "--c2", mark: "k2", kind: "line", off: true },
    ],
    return: [
      { key: "index", name: "Portfolio (TWR)", colour: "--c1", mark: "k1", kind: "line" },
      { key: "benchmark", name: "Benchmark", colour: "--c2", mark: "k2", kind: "line" },
    ],
  };
  const DAY = 86_400_000;
  const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const iso = (day) => new Date(day * DAY).toISOString().slice(0, 10);
  const percent = (x) => (x > 0 ? "+" : x < 0 ? "−" : "") + Math.abs(x).toFixed(1) + "%";
  const fade = (hex, alpha) => hex + Math.round(alpha * 255).toString(16).padStart(2, "0");
  const running = (deltas, scale = 1) => { let sum = 0; return deltas.map((d) => (sum += d) / scale); };

  let box, data, chart, money, shown = [], mode = "value", range = "1Y";

  function decode(wire) {
    const series = {};
    for (const [name, { scale, d }] of Object.entries(wire.series)) series[name] = running(d, scale);
    return { days: running(wire.t), ...series };
  }

  // Position of the evening a range is measured from; −1: from before the first day, when every index was 1.
  function start() {
    const last = new Date(data.days.at(-1) * DAY), from = new Date(last);
    if (range === "Max") return -1;
    if (range === "YTD") from.setUTCMonth(0, 0);
    else {
      const months = parseInt(range) * (range.endsWith("Y") ? 12 : 1);
      from.setUTCDate(1);
      from.setUTCMonth(from.getUTCMonth() - months);
      const length = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + 1, 0)).getUTCDate();
      from.setUTCDate(Math.min(last.getUTCDate(), length));
    }
    return data.days[0] * DAY < from ? data.days.findIndex((day) => day * DAY > from) - 1 : -1;
  }

  const look = () => ({
    layout: { background: { color: "transparent" }, textColor: css("--text-2"), fontFamily: css("--font"), fontSize: 11.5, attributionLogo: false },
    grid: { vertLines: { visible: false }, horzLines: { color: css("--line") } },
    crosshair: { vertLine: { color: css("--text-3"), labelVisible: false, style: 3, width: 1 }, horzLine: { visible: false, labelVisible: false } },
  });

  function addLine({ kind, colour }) {
    const LC = window.LightweightCharts, shade = css(colour);
    const plain = { priceLineVisible: false, lastValueVisible: false, crosshairMarkerRadius: 4, lineWidth: 2 };
    if (kind === "area") return chart.addSeries(LC.AreaSeries, { ...plain, lineColor: shade, topColor: fade(shade, 0.26), bottomColor: fade(shade, 0) });
    const step = kind === "step" ? { lineType: 1, lineStyle: 2, lineWidth: 1 } : {};
    return chart.addSeries(LC.LineSeries, { ...plain, ...step, color: shade });
  }

  function draw() {
    for (const line of shown) chart.removeSeries(line.api);
    const begin = start(), from = Math.max(0, begin), relative = mode === "return";
    const format = relative ? percent : (x) => money.format(x);
    shown = MODES[mode].filter(({ key }) => data[key]).map((line) => {
      const api = addLine(line), values = data[line.key], base = begin < 0 ? 1 : values[from];
      const points = [];
      for (let i = from; i < values.length; i++) {
        points.push({ time: iso(data.days[i]), value: relative ? (values[i] / base - 1) * 100 : values[i] });
      }
      api.setData(points);
      api.applyOptions({ priceFormat: { type: "custom", minMove: 0.01, formatter: format } });
      // Over a short range money paid in would flatten the curve: it is listed, not scaled for.
      if (line.key === "paid_in" && /^(1M|3M|YTD|1Y)$/.test(range)) api.applyOptions({ autoscaleInfoProvider: () => null });
      const name = { benchmark: "", in_fund: line.name }[line.key]?.concat(box.dataset.benchmark) ?? line.name;
      if (line.off) api.applyOptions({ visible: false });
      return { ...line, api, name, last: points.at(-1)?.value ?? 0, format };
    });
    chart.timeScale().fitContent();
    legend();
  }

  function element(tag, className, text) {
    const made = document.createElement(tag);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }

  function legend() {
    box.parentElement.querySelector(".legend").replaceChildren(...shown.map((line) => {
      const button = element("button");
      button.type = "button";
      button.setAttribute("aria-pressed", !line.off);
      button.append(element("span", `key ${line.mark}`), line.name, element("b", "num", line.format(line.last)));
      button.onclick = () => {
        const on = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", on);
        line.api.applyOptions({ visible: on });
      };
      return button;
    }));
  }

  function tip(at) {
    const sheet = box.querySelector(".tip");
    sheet.hidden = !at?.time || !at.point || at.point.x < 0;
    if (sheet.hidden) return;
    const day = new Date(`${at.time}T00:00Z`).toLocaleDateString(undefined, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
    const rows = shown.filter((line) => at.seriesData.get(line.api)).map((line) => {
      const row = element("div");
      row.append(element("span", "", line.name), element("span", "num", line.format(at.seriesData.get(line.api).value)));
      return row;
    });
    sheet.replaceChildren(element("b", "", day), ...rows);
    const left = at.point.x > box.clientWidth / 2 ? at.point.x - sheet.offsetWidth - 14 : at.point.x + 14;
    sheet.style.left = `${Math.max(0, left)}px`;
  }

  function choose(attribute, value) {
    for (const button of document.querySelectorAll(`[data-${attribute}]`)) {
      button.setAttribute("aria-pressed", button.dataset[attribute] === value);
    }
  }

  function showRange() {
    choose("range", range);
    choose("mode", mode);
    for (const delta of document.querySelectorAll("[data-period]")) delta.hidden = delta.dataset.period !== range;
  }

  function keys(event) {
    const scale = chart.timeScale(), seen = scale.getVisibleLogicalRange();
    const move = { ArrowLeft: [-0.1, -0.1], ArrowRight: [0.1, 0.1], "+": [0.1, -0.1], "-": [-0.1, 0.1] }[event.key];
    if (!move || !seen) return;
    event.preventDefault();
    const width = seen.to - seen.from;
    scale.setVisibleLogicalRange({ from: seen.from + width * move[0], to: seen.to + width * move[1] });
  }

  async function begin() {
    box = document.getElementById("main-chart");
    if (!box) return;
    money = new Intl.NumberFormat(undefined, { style: "currency", currency: box.dataset.currency, maximumFractionDigits: 0 });
    const answer = await fetch(box.dataset.src);
    if (!answer.ok) {
      box.append(element("p", "muted small", "The chart could not be loaded. Reload the page to try again."));
      return;
    }
    data = decode(await answer.json());
    shown = [];
    chart = window.LightweightCharts.createChart(box, {
      ...look(), autoSize: true, handleScroll: { vertTouchDrag: false },
      rightPriceScale: { borderVisible: false, entireTextOnly: true, scaleMargins: { top: 0.08, bottom: 0.06 } },
      timeScale: { borderVisible: false, fixLeftEdge: true, fixRightEdge: true, rightOffset: 0, minBarSpacing: 0.01 },
    });
    chart.subscribeCrosshairMove(tip);
    box.addEventListener("keydown", keys);
    showRange();
    draw();
    box.dataset.ready = "1";
  }

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-range], [data-mode]");
    if (!button || !chart) return;
    ({ range = range, mode = mode } = button.dataset);
    showRange();
    draw();
  });
  document.addEventListener("theme", () => { if (chart) { chart.applyOptions(look()); draw(); } });
  // A finished job replaces the page's content, and with it the chart's box.
  document.addEventListener("htmx:afterSwap", () => {
    if (document.getElementById("main-chart") !== box) { chart?.remove(); chart = undefined; begin(); }
  });
  begin();
})();
