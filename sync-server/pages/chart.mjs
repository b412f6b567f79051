// Charts as SVG: axes with round numbers and times, one shape a value, and a sentence for who does not see them.

import { minute, number, text } from "./page.mjs";

const NS = "http://www.w3.org/2000/svg";
/** Pixels; on a wall, whose screen must hold everything, a part of that (see `frame`). */
const HEIGHT = 200;
const EDGE = { left: 44, right: 10, top: 10, bottom: 24 };
/** Least room for a time below the axis, in pixels. */
const LABEL = 64;
/** Minutes between two times below the axis. */
const ROUND = [1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720];

function shape(name, attributes, content) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (content !== undefined) element.textContent = content;
  return element;
}

/** A value's words, shown on hovering. */
function titled(element, words) {
  element.append(shape("title", {}, words));
  return element;
}

/** Round steps from 0 (or below) to the highest value. */
function steps(low, high) {
  const rough = Math.max(1, (high - low) / 4);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough);
  const first = Math.floor(low / step) * step;
  const found = [];
  for (let value = first; value < high + step; value += step) found.push(value);
  return found;
}

function frame(box, points, values, title) {
  const height = document.body.classList.contains("wall") ? Math.max(110, Math.round(innerHeight * 0.165)) : HEIGHT;
  const width = Math.max(240, box.clientWidth);
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img" });
  const [first, last] = [points[0].at, points[points.length - 1].at + points[0].length];
  const most = Math.max(...values);
  svg.setAttribute("aria-label", text("chart-label", { title, n: number(most), at: minute(first), time: minute(last) }));
  const ticks = steps(Math.min(0, ...values), Math.max(1, most));
  const [low, high] = [ticks[0], ticks[ticks.length - 1]];
  const x = (at) => EDGE.left + ((at - first) / (last - first)) * (width - EDGE.left - EDGE.right);
  const y = (value) => height - EDGE.bottom - ((value - low) / (high - low)) * (height - EDGE.top - EDGE.bottom);
  for (const value of ticks) {
    svg.append(shape("line", { class: value === 0 ? "axis" : "grid", x1: EDGE.left, x2: width - EDGE.right, y1: y(value), y2: y(value) }));
    svg.append(shape("text", { x: EDGE.left - 6, y: y(value) + 4, "text-anchor": "end" }, number(Math.abs(value))));
  }
  const room = Math.max(1, Math.floor((width - EDGE.left - EDGE.right) / LABEL));
  const every = 60000 * (ROUND.find((minutes) => (last - first) / (minutes * 60000) <= room) ?? 1440);
  for (let at = Math.ceil(first / every) * every; at <= last; at += every) {
    const anchor = x(at) > width - LABEL / 2 ? "end" : "middle";
    svg.append(shape("text", { x: x(at), y: height - 6, "text-anchor": anchor }, minute(at)));
  }
  box.replaceChildren(svg);
  return { svg, x, y, height };
}

/** People inside over time, as an area. */
export function inside(box, points) {
  const { svg, x, y, height } = frame(box, points, points.map((point) => point.inside), text("chart-inside"));
  const ends = points.map((point) => `${x(point.at + point.length).toFixed(1)},${y(point.inside).toFixed(1)}`);
  const start = `${x(points[0].at).toFixed(1)},${y(0).toFixed(1)}`;
  const stop = `${x(points[points.length - 1].at + points[0].length).toFixed(1)},${y(0).toFixed(1)}`;
  svg.append(shape("polygon", { class: "area", points: [start, ...ends, stop].join(" ") }));
  svg.append(shape("polyline", { class: "line", points: [start, ...ends].join(" ") }));
  for (const point of points) {
    const words = text("chart-inside-value", { at: minute(point.at + point.length), n: number(point.inside) });
    const width = x(point.at + point.length) - x(point.at);
    svg.append(titled(shape("rect", { class: "touch", x: x(point.at), y: EDGE.top, width, height: height - EDGE.top - EDGE.bottom }), words));
  }
}

/** Who came (upwards) and who went (downwards) in each step. */
export function moves(box, points) {
  const values = points.flatMap((point) => [point.in, -point.out]);
  const { svg, x, y } = frame(box, points, values, text("chart-moves"));
  for (const point of points) {
    const room = x(point.at + point.length) - x(point.at);
    const width = Math.max(1, room - Math.min(2, room / 4));
    const words = text("chart-moves-value", { at: minute(point.at), in: number(point.in), out: number(point.out) });
    if (point.in) svg.append(titled(shape("rect", { class: "come", x: x(point.at), width, y: y(point.in), height: y(0) - y(point.in) }), words));
    if (point.out) svg.append(titled(shape("rect", { class: "go", x: x(point.at), width, y: y(0), height: y(-point.out) - y(0) }), words));
  }
}
