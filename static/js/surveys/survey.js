// The short survey when a webinar is over: a rating, and up to three questions of the host's.
import { action, make } from "../shared/elements.js";
import { gettext, interpolate } from "../shared/gettext.js";
import { refusalInWords } from "../shared/page.js";

const RATINGS = [1, 2, 3, 4, 5];
const LONGEST = 1000; // characters of an answer

/** Its words: one for the two ends, since "4" alone says nothing. */
function ratingInWords(rating) {
  if (rating === 1) return gettext("1 – poor");
  return rating === 5 ? gettext("5 – very good") : String(rating);
}

/**
 * Show the survey in `section` to whoever may answer it; otherwise nothing shows. While somebody has begun to answer,
 * `section.dataset.survey` is "begun"; the section fires "sent" when the answer is sent.
 * @param {PageElement} section
 * @param {Call} call of the session
 */
export async function mountSurvey(section, call) {
  const survey = await call("survey").catch(() => null);
  if (survey?.is_open) draw(section, call, survey, Boolean(survey.answer));
}

function draw(section, call, survey, isSent) {
  section.dataset.survey = isSent ? "sent" : "new";
  const heading = make("h2", { id: "survey-title", tabIndex: -1, textContent: gettext("How was it?") });
  section.setAttribute("aria-labelledby", heading.id);
  section.classList.add("stack");
  section.replaceChildren(heading, isSent ? thanks() : form());
  section.hidden = false;

  function thanks() {
    const again = action(gettext("Change my answer"), () => {
      draw(section, call, survey, false);
      section.querySelector("h2").focus();
    }, { className: "button" });
    return make("div", { className: "stack" }, make("p", { textContent: gettext("Thank you: your answer was sent.") }), again);
  }

  function form() {
    const fields = make("div", { className: "fields" }, rating(), ...survey.questions.map(question));
    const note = make("p", { className: "muted small", textContent: gettext("The host reads your answer without your name.") });
    const trouble = make("p", { className: "form-errors", hidden: true, role: "alert" });
    const send = make("button", { className: "button primary", textContent: gettext("Send") });
    const made = make("form", { className: "form" }, fields, note, trouble, make("div", { className: "form-actions" }, send));
    made.addEventListener("input", () => { section.dataset.survey = "begun"; });
    made.addEventListener("submit", async (event) => {
      event.preventDefault();
      send.disabled = true;
      trouble.hidden = true;
      try {
        const sent = await call("survey", { method: "POST", body: answers(new FormData(made)) });
        draw(section, call, sent, true);
        section.querySelector("h2").focus();
        section.dispatchEvent(new CustomEvent("sent"));
      } catch (error) {
        trouble.textContent = refusalInWords(error);
        trouble.hidden = false;
        send.disabled = false;
      }
    });
    return made;
  }

  function rating() {
    return choice("rating", gettext("From 1 to 5"), RATINGS.map((each) => [String(each), ratingInWords(each)]), String(survey.answer?.rating), true);
  }

  function question({ text, options }, number) {
    const known = survey.answer?.answers.find((each) => each.question === text)?.answer ?? "";
    const name = `answer-${number}`;
    if (options.length) return choice(name, text, options.map((each) => [each, each]), known, false);
    const field = make("textarea", { id: `survey-${name}`, name, rows: 2, maxLength: LONGEST, value: known });
    return make("div", { className: "field" }, make("label", { htmlFor: field.id, textContent: optional(text) }), field);
  }

  function answers(data) {
    const given = survey.questions.map(({ text }, number) => ({ question: text, answer: String(data.get(`answer-${number}`) ?? "").trim() }));
    return { rating: Number(data.get("rating")), answers: given.filter(({ answer }) => answer) };
  }
}

const optional = (question) => interpolate(gettext("%(question)s (optional)"), { question });

function choice(name, legend, options, chosen, required) {
  const words = required ? legend : optional(legend);
  const labels = options.map(([value, text]) => {
    const input = make("input", { type: "radio", name, value, required, checked: value === chosen });
    return make("label", {}, input, make("span", { textContent: text }));
  });
  return make("div", { className: "field" }, make("fieldset", {}, make("legend", { textContent: words }), ...labels));
}
