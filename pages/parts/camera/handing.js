/* A picture that did not come by the uploader goes where one goes that did. */

const UPLOADER = "[data-testid=stFileUploaderDropzoneInput]";

/** Hand a file to the page's uploader; return whether there is one. */
function handToUploader(file) {
  const input = document.querySelector(UPLOADER);
  if (!input) return false;
  const carried = new DataTransfer();
  carried.items.add(file);
  input.files = carried.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
  return true;
}
