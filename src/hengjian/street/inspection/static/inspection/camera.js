// A picture is made small on the phone and drawn anew: what the camera wrote beside it (place, device) is gone. Its digest
// is taken here, so that it can be shown at once.
const LONGEST = 1600;

export async function shrink(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale)); canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.82));
  const bytes = await blob.arrayBuffer(), digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return { bytes, digest: Array.from(digest, (one) => one.toString(16).padStart(2, "0")).join("") };
}

export function place() { // "latitude,longitude,accuracy", or nothing where the phone does not say
  return new Promise((done) => {
    if (!navigator.geolocation) { done(""); return; }
    const told = ({ coords }) => done([coords.latitude.toFixed(5), coords.longitude.toFixed(5), Math.round(coords.accuracy)].join(","));
    navigator.geolocation.getCurrentPosition(told, () => done(""), { enableHighAccuracy: true, timeout: 4000, maximumAge: 30000 });
  });
}
