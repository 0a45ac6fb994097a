// Captions of a replay: the <track> elements of the video, and which of them is shown.
import { nameOfLanguage } from "../captions/stage_captions.js";
import { make } from "../shared/elements.js";
import { Emitter } from "../shared/emitter.js";
import { gettext } from "../shared/gettext.js";
import { choices, choose } from "./memory.js";
import { fileOf } from "./times.js";

/**
 * `video`: the <video>; `select`: the menu, with "" for off. Dispatches "tracks" (others are there), "chosen" (another
 * one is to be read along) and "lines" (the words of the one to be read along have arrived).
 */
export class Captions extends Emitter {
  #elements = [];
  #known = "";

  constructor(video, select) {
    super();
    this.video = video;
    this.select = select;
    select.addEventListener("change", () => this.choose(select.value));
  }

  /** The tracks of another recording, or of the same once more; of another cut of it they have other times. */
  load({ tracks, url }) {
    const known = [fileOf(url), ...tracks.map((track) => track.id)].join();
    if (known === this.#known) return;
    this.#known = known;
    for (const element of this.#elements) element.remove();
    this.#elements = tracks.map((track) => this.#element(track));
    this.video.append(...this.#elements);
    const names = tracks.map((track) => track.label || nameOfLanguage(track.language));
    this.select.replaceChildren(
      new Option(gettext("Off"), ""),
      ...tracks.map((track, index) => new Option(names[index], track.id)),
    );
    this.select.closest("[data-captions]").hidden = tracks.length === 0;
    const kept = choices().captions;
    const wanted = kept && (tracks.find((track) => track.language === kept) ?? tracks[0]);
    this.select.value = wanted ? wanted.id : "";
    this.emit("tracks");
    this.#apply();
  }

  get isOn() {
    return this.select.value !== "";
  }

  /** The <track> to read along: the one that is shown, else the default. */
  get read() {
    return this.#elements.find((element) => element.dataset.id === this.select.value) ?? this.#elements[0] ?? null;
  }

  choose(id) {
    this.select.value = id;
    choose({ captions: id ? this.read.srclang : "" });
    this.#apply();
  }

  toggle() {
    if (this.#elements.length) this.choose(this.isOn ? "" : this.read.dataset.id);
  }

  #element(track) {
    const { id, label, language: srclang, url: src } = track;
    const element = make("track", { kind: "captions", label, srclang, src, dataset: { id } });
    element.addEventListener("load", () => element === this.read && this.emit("lines"));
    return element;
  }

  #apply() {
    for (const element of this.#elements) {
      if (element.dataset.id === this.select.value) element.track.mode = "showing";
      else element.track.mode = element === this.read ? "hidden" : "disabled";
    }
    this.emit("chosen");
  }
}
