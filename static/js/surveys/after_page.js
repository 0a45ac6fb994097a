// The survey for who comes by the link after the end: on the entrance, or below the replay.
import { find } from "../shared/elements.js";
import { callApi, readJson } from "../shared/page.js";
import { mountSurvey } from "./survey.js";

const { api, csrfToken } = readJson("survey-config");

mountSurvey(find("survey"), (path, options = {}) => callApi(`${api}/${path}`, { csrfToken, ...options }));
