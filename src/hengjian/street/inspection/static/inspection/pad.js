// Signing with a finger: lines of the pen as an SVG path, so that a signature stays sharp on paper and small on the way.
function lines(canvas, path) {
  const brush = canvas.getContext("2d");
  brush.clearRect(0, 0, canvas.width, canvas.height);
  brush.lineWidth = 4; brush.lineCap = brush.lineJoin = "round";
  if (path) brush.stroke(new Path2D(path));
}

export function redraw(form) {
  form.querySelectorAll("[data-sign]").forEach((pad) => lines(pad.querySelector("canvas"), pad.querySelector("input").value));
}

export function pads(form, save) {
  redraw(form);
  form.querySelectorAll("[data-sign]").forEach((pad) => {
    const canvas = pad.querySelector("canvas"), field = pad.querySelector("input");
    let down = false;
    const spot = (event) => {
      const box = canvas.getBoundingClientRect(), at = (value, size, whole) => Math.min(whole, Math.max(0, Math.round((value / size) * whole)));
      return `${at(event.clientX - box.left, box.width, canvas.width)} ${at(event.clientY - box.top, box.height, canvas.height)}`;
    };
    canvas.addEventListener("pointerdown", (event) => { down = true; canvas.setPointerCapture(event.pointerId); const start = spot(event); field.value += `M${start}L${start}`; event.preventDefault(); });
    canvas.addEventListener("pointermove", (event) => { if (down && field.value.length < 19000) { field.value += `L${spot(event)}`; lines(canvas, field.value); } });
    ["pointerup", "pointercancel"].forEach((kind) => canvas.addEventListener(kind, () => { if (down) { down = false; lines(canvas, field.value); save(); } }));
    pad.querySelector("[data-clear]").addEventListener("click", () => { field.value = ""; lines(canvas, ""); save(); });
  });
}
