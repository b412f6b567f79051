// How far an import is. When it is over the page is loaded once more, with what became of it.

const working = document.getElementById("working");
const progress = document.getElementById("progress");
const step = document.getElementById("step");
const source = new EventSource(working.dataset.progress);

source.addEventListener("message", ({ data }) => {
  const { stage, at, of } = JSON.parse(data);
  if (stage === "ended" || stage === "waiting") {
    source.close();
    location.reload();
    return;
  }
  const said = working.dataset[stage];
  if (step.textContent !== said) step.textContent = said;
  progress.max = Math.max(of, 1);
  progress.value = at;
});
