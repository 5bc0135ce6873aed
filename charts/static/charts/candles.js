// An instrument's bars with their volume, one's own trades, and what they cost on average.
import { amount, charts, css, iso, number } from "./frame.js";

charts("candles", ({ chart, dataset, data: { days, o, h, l, c, v, trades }, lines, from }) => {
  const { CandlestickSeries, HistogramSeries, createSeriesMarkers } = window.LightweightCharts, crowded = days.length - from > 520;
  const upColor = css("--gain"), downColor = css("--loss"), shares = amount({ maximumFractionDigits: 4 });
  const price = number({ minimumFractionDigits: 2, maximumFractionDigits: c.at(-1) < 1 ? 6 : 2 });
  const count = number({ notation: "compact", maximumFractionDigits: 1 });
  const add = (name, type, pane, formatter, options, make) => {
    const priceFormat = { type: "custom", minMove: 1e-6, formatter };
    const api = chart.addSeries(type, { priceFormat, lastValueVisible: !pane, priceLineVisible: false, ...options }, pane);
    api.setData(days.slice(from).map((day, i) => ({ time: iso(day), ...make(from + i) })));
    return (lines.find(({ line }) => line === name).api = api);
  };
  for (const line of lines) line.format = line.line === "v" ? count : price;
  const colours = { upColor, downColor, wickUpColor: upColor, wickDownColor: downColor, borderVisible: false };
  const candles = add("c", CandlestickSeries, 0, price, colours, (i) => ({ open: o[i], high: h[i], low: l[i], close: c[i] }));
  add("v", HistogramSeries, 1, count, {}, (i) => ({ value: v[i], color: (c[i] < o[i] ? downColor : upColor) + "88" }));
  chart.panes().forEach((pane, i) => pane.setStretchFactor([4, 1][i]));
  if (dataset.average) candles.createPriceLine({ price: +dataset.average, color: css("--c5"), lineStyle: 2, lineWidth: 1, title: dataset.averageTitle });
  createSeriesMarkers(candles, trades.filter(({ day }) => day >= days[from]).map(({ day, kind, quantity }) => {
    const time = iso(days[days.findLastIndex((one) => one <= day)]), more = /buy|in$/.test(kind);
    const text = crowded ? "" : dataset[more ? "bought" : "sold"].replace("{}", shares(quantity));
    return { time, text, position: more ? "belowBar" : "aboveBar", shape: more ? "arrowUp" : "arrowDown", color: css(more ? "--accent" : "--c2") };
  }));
});
