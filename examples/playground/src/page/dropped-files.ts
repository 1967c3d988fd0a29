import { byId } from "./dom.ts";

/** Files that are dropped anywhere on the page or chosen with the button, as text. */
export function watchFiles(onFile: (name: string, text: string) => void): void {
  const chooser = byId<HTMLInputElement>("file");
  const read = async (file: File | null | undefined) => {
    if (file) onFile(file.name, await file.text());
  };
  byId("open-file").addEventListener("click", () => chooser.click());
  chooser.addEventListener("change", () => {
    void read(chooser.files?.[0]);
    chooser.value = "";
  });
  const brings = (event: DragEvent) => event.dataTransfer?.types.includes("Files") === true;
  const target = document.body;
  addEventListener("dragover", (event) => {
    if (!brings(event)) return;
    event.preventDefault();
    target.classList.add("dropping");
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) target.classList.remove("dropping");
  });
  addEventListener("drop", (event) => {
    target.classList.remove("dropping");
    if (!brings(event)) return;
    event.preventDefault();
    void read(event.dataTransfer?.files[0]);
  });
}
