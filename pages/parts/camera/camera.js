/*
 * The camera. Where the browser lets a page have it, its picture is shown and one is taken; on a
 * phone, and where a page may not (no https), the system's own camera is asked for a photo.
 */

const TAKEN_SIDE = 1920; // pixels asked for: a shop's article can be read in it
const QUALITY = 0.92;
const cameras = new WeakMap();

export default inOrder(function camera({ data, parentElement }) {
  const root = parentElement.querySelector(".camera");
  if (!root || !data) return undefined;
  if (!cameras.has(root)) cameras.set(root, createCamera(root));
  const view = cameras.get(root);
  view.show(data);
  return () => {
    view.close();
    cameras.delete(root);
  };
});

function createCamera(root) {
  const part = (name) => root.querySelector(`.${name}`);
  const finder = part("finder");
  const video = part("video");
  const state = { stream: null, facing: "environment", asked: 0 };
  const wayBack = createWayBack(() => finder.close());

  function show({ language, texts }) {
    state.words = createWords(language, texts);
    root.lang = language;
    for (const name of ["title", "take", "leave", "other"]) part(name).textContent = state.words.say(name);
    part("open-said").textContent = state.words.say("open");
    root.hidden = false;
  }

  function open() {
    if (!pageMayLook()) return part("phone").click();
    finder.showModal();
    wayBack(1);
    return look();
  }

  /** Ask for the camera. Whoever closes meanwhile, or asks for another, is obeyed. */
  async function look() {
    stop();
    const asked = ++state.asked;
    say("starting");
    try {
      const wanted = { facingMode: state.facing, width: { ideal: TAKEN_SIDE }, height: { ideal: TAKEN_SIDE } };
      const stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      if (asked !== state.asked || !finder.open) return end(stream);
      state.stream = stream;
      video.srcObject = stream;
      await video.play();
      say(null);
      part("take").disabled = false;
      part("take").focus();
      part("other").hidden = !(await hasSeveral());
    } catch (error) {
      if (asked !== state.asked || !finder.open) return undefined;
      say(reasonOf(error), { why: error.message });
    }
    return undefined;
  }

  async function take() {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
    finder.close();
    if (blob) handToUploader(new File([blob], "camera.jpg", { type: "image/jpeg" }));
  }

  function say(name, facts) {
    part("said").textContent = name ? state.words.say(name, facts) : "";
  }

  function stop() {
    state.asked += 1;
    part("take").disabled = true;
    if (state.stream) end(state.stream);
    state.stream = null;
    video.srcObject = null;
  }

  part("open").onclick = open;
  part("take").onclick = take;
  part("leave").onclick = () => finder.close();
  part("other").onclick = () => {
    state.facing = state.facing === "environment" ? "user" : "environment";
    look();
  };
  finder.onclose = () => {
    stop();
    wayBack(0);
  };
  part("phone").onchange = () => {
    const [file] = part("phone").files;
    if (file) handToUploader(file);
    part("phone").value = "";
  };

  return { show, close: stop };
}

/** A phone's own camera is the better one; elsewhere the page looks itself, where it may. */
function pageMayLook() {
  const isPhone = matchMedia("(pointer: coarse) and (hover: none)").matches;
  return Boolean(navigator.mediaDevices?.getUserMedia) && !isPhone;
}

async function hasSeveral() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter(({ kind }) => kind === "videoinput").length > 1;
}

function end(stream) {
  for (const track of stream.getTracks()) track.stop();
}

/** Which sentence tells why there is no picture. */
function reasonOf({ name }) {
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  if (name === "NotFoundError" || name === "OverconstrainedError") return "none";
  return name === "NotReadableError" || name === "AbortError" ? "busy" : "failed";
}
