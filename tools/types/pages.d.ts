/** What the pages' scripts find around them, for `tsc` (tsconfig.json): libraries that a <script> brought, and elements of the templates. */
import type { Centrifuge as CentrifugeLibrary } from "centrifuge";
import type HlsLibrary from "hls.js";
import type * as LivekitLibrary from "livekit-client";

declare global {
  /**
   * An element that the template of the page holds: which kind it is stands there, not in the script. It has what the kinds that our pages
   * use have; a name that none of them has is a fault.
   */
  interface PageElement extends HTMLElement {
    // Fields, and the forms around them
    checked: boolean;
    disabled: boolean;
    readonly elements: HTMLFormControlsCollection & Record<string, any>;
    readonly files: FileList;
    readonly form: HTMLFormElement;
    max: string;
    maxLength: number;
    min: string;
    name: string;
    readonly options: HTMLOptionsCollection;
    required: boolean;
    readonly selectedOptions: HTMLCollectionOf<HTMLOptionElement>;
    type: string;
    get value(): string;
    set value(value: string | number);
    add(option: HTMLOptionElement): void;
    requestSubmit(): void;
    reset(): void;
    select(): void;
    setCustomValidity(sentence: string): void;
    // Dialogs, menus
    open: boolean;
    returnValue: string;
    close(returnValue?: string): void;
    showModal(): void;
    // Links, times, metadata, drawings
    readonly content: string;
    dateTime: string;
    href: string;
    // Pictures and sound
    muted: boolean;
    readonly paused: boolean;
    play(): Promise<void>;
    readonly firstElementChild: PageElement | null;
    readonly parentElement: PageElement | null;
  }

  // Scripts and templates are one: what is asked for is there, or is asked for with `?.`.
  interface ParentNode {
    querySelector(selectors: string): PageElement;
    querySelectorAll(selectors: string): NodeListOf<PageElement>;
  }
  interface Element {
    closest(selectors: string): PageElement;
  }

  /** What an Emitter (static/js/shared/emitter.js) tells. */
  interface EventTarget {
    addEventListener(name: string, heard: (event: CustomEvent) => unknown, options?: AddEventListenerOptions): void;
    removeEventListener(name: string, heard: (event: CustomEvent) => unknown): void;
  }
  interface DocumentEventMap {
    "direct-message": CustomEvent<{ userId: string; name: string }>;
    "open-settings": CustomEvent<null>;
  }

  /**
   * Undefined until it was fetched (static/js/shared/libraries.js), and where a browser could not run it: then the page says so
   * (keyOfBrowser), or shows HLS.
   */
  interface Window {
    LivekitClient: typeof LivekitLibrary;
    Hls?: typeof HlsLibrary;
    Centrifuge?: typeof CentrifugeLibrary;
    /** iPhones have this in place of MediaSource. */
    ManagedMediaSource?: typeof MediaSource;
  }

  /** Django's catalogue of sentences, where the page has loaded one (static/js/shared/gettext.js). */
  var django:
    | {
        gettext(text: string): string;
        pgettext(context: string, text: string): string;
        ngettext(singular: string, plural: string, count: number): string;
      }
    | undefined;

  /** The state of a session, or an object of the API: their shapes are held on the server (docs/openapi.yaml, docs/asyncapi.yaml). */
  type Published = any;
  type Timer = ReturnType<typeof setTimeout> | undefined;

  /** Says something to whoever uses a screen reader (static/js/shared/announcer.js). */
  type Announce = (text: string) => void;
  /** How the API is called (static/js/shared/page.js). */
  interface CallOptions {
    method?: string;
    body?: object;
    csrfToken?: string;
    keepalive?: boolean;
  }
  type Call = (path: string, options?: CallOptions) => Promise<any>;
  /** Short notices over the page (static/js/shared/notices.js). */
  interface Notices {
    show(key: string, text: string, options?: NoticeOptions): void;
    clear(key: string): void;
  }
  interface NoticeOptions {
    lasting?: boolean;
    tone?: "info" | "success" | "warning" | "error";
    action?: NoticeAction;
    /** In place of `action`, where there are several. */
    actions?: NoticeAction[];
    /** Called when it was closed, or when its time was over. */
    gone?: () => void;
  }
  interface NoticeAction {
    label: string;
    run: () => unknown;
  }
  // Names for what libraries declare: modules do not import them, and a comment that did would be taken for an import of ours.
  type HlsPlayer = HlsLibrary;
  type LivekitDisconnectReason = LivekitLibrary.DisconnectReason;
  type LivekitLocalAudio = LivekitLibrary.LocalAudioTrack;
  type LivekitLocalVideo = LivekitLibrary.LocalVideoTrack;
  type LivekitLocalTrack = LivekitLibrary.LocalTrack;
  type LivekitOptions = LivekitLibrary.RoomOptions;
  type LivekitRemotePublication = LivekitLibrary.RemoteTrackPublication;
  type LivekitRoom = LivekitLibrary.Room;
  // Names for classes and shapes of our own, for the same reason.
  type Lobby = ReturnType<typeof import("../../static/js/people/waiting.js").followLobby>;
  type LocalMedia = import("../../static/js/devices/local_media.js").LocalMedia;
  type MediaConnection = import("../../static/js/room/media_connection.js").MediaConnection;
  type Memory = import("../../static/js/room/returning.js").Memory;
  type Realtime = import("../../static/js/room/realtime.js").Realtime;
  type Sent = import("../../static/js/room/returning.js").Sent;
  type Stage = import("../../static/js/stage/stage.js").Stage;
  /** What a panel's module is given beside its panel (static/js/room/panels.js). */
  interface PanelContext {
    room: Realtime;
    api: string;
    call: Call;
    /** The reactions that can be sent. */
    emojis: string[];
    announce: Announce;
    notices: Notices;
    isStudio: boolean;
    /** Where the team runs the session: on the watch page. */
    studioUrl?: string;
    /** Who waits in the lobby (static/js/people/waiting.js): in the studio. */
    lobby?: Lobby;
  }

  // Chromium's, on the way to all.
  interface AudioContext {
    setSinkId?(id: string): Promise<void>;
  }

  // Safari's own.
  interface HTMLVideoElement {
    webkitEnterFullscreen?(): void;
    /** The moment, by the playlist, at which the video's clock is 0. */
    getStartDate?(): Date;
  }
  interface PageElement {
    webkitEnterFullscreen?(): void;
  }
}
