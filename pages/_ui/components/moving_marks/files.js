// @ts-check
// A chart as a file: as it is on the page, on the page's own ground.

const SHARP = 2; // pixels of a picture for each of the page

/** Return the chart whose alternative text begins with a name. @param {string} name */
export function chartOf(name) {
  const found = `[data-testid="stVegaLiteChart"][aria-label^="${CSS.escape(name)}"]`;
  return document.querySelector(found);
}

/** Hand a chart over as a file. @param {string} name @param {string} form */
export async function save(name, form) {
  const drawn = chartOf(name)?.querySelector("svg.marks");
  if (!drawn) return;
  const { width, height } = drawn.getBoundingClientRect();
  const ground = getComputedStyle(/** @type {Element} */ (document.querySelector(".stApp")));
  const svg = /** @type {SVGElement} */ (drawn.cloneNode(true));
  svg.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", String(height));
  svg.style.background = ground.backgroundColor;
  const text = new XMLSerializer().serializeToString(svg);
  const vector = new Blob([text], { type: "image/svg+xml" });
  const blob = form === "SVG" ? vector : await painted(vector, width, height);
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}.${form.toLowerCase()}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

/** @returns {Promise<Blob>} */
async function painted(vector, width, height) {
  const image = new Image();
  const address = URL.createObjectURL(vector);
  image.src = address;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * SHARP);
  canvas.height = Math.round(height * SHARP);
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(address);
  return new Promise((done, fail) =>
    canvas.toBlob((blob) => (blob ? done(blob) : fail(new Error("no picture"))), "image/png"),
  );
}
