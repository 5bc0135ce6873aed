// Lines over days: amounts, returns since the range began, or the drop from the highest so far.
import { amount, charts, css, iso, number } from "./frame.js";

charts("history", ({ chart, dataset, data, lines, begin, from, mode, range }) => {
  const { AreaSeries, LineSeries, createSeriesMarkers } = window.LightweightCharts, relative = mode !== "value", drop = mode === "drop";
  const percent = number({ style: "percent", signDisplay: "exceptZero", minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const money = amount({ style: "currency", currency: dataset.currency, maximumFractionDigits: 0 });
  for (const line of lines) {
    const { kind, values } = line, base = begin < 0 ? 1 : values[from], color = css(`--${line.colour}`);
    let peak = 1;
    line.format = relative ? (x) => percent(x - 1) : money;
    if (relative) line.shown = values.map((x) => x / (drop ? (peak = Math.max(peak, x)) : base));
    const options = {
      color, lineColor: color, topColor: color + (drop ? "00" : "42"), bottomColor: color + (drop ? "4d" : "00"), invertFilledArea: drop,
      priceFormat: { type: "custom", minMove: relative ? 0.001 : 0.01, formatter: line.format }, priceLineVisible: false, lastValueVisible: false, lineWidth: 2,
    };
    if (kind === "step") Object.assign(options, { lineType: 1, lineStyle: 2, lineWidth: 1 });
    // Over a short range money paid in would flatten the curve: it is listed, not scaled for.
    if (kind === "step" && /M$|YTD|^1Y/.test(range)) options.autoscaleInfoProvider = () => null;
    line.api = chart.addSeries(kind === "area" ? AreaSeries : LineSeries, options);
    line.api.setData(line.shown.slice(from).map((value, i) => ({ time: iso(data.days[from + i]), value })));
  }
  // The day a strategy was saved: what comes after it nobody knew when its rules were chosen.
  const saved = dataset.since ? data.days.findLastIndex((day) => iso(day) <= dataset.since) : -1;
  if (saved < from || !lines[0]?.api) return;
  createSeriesMarkers(lines[0].api, [{ time: iso(data.days[saved]), position: "aboveBar", shape: "arrowDown", color: css("--accent"), text: saved < data.days.length * 0.95 ? dataset.sinceTitle : "" }]);
});
