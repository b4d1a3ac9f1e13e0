//! The icons: a hand-picked part of the Lucide set (ISC licence), drawn at one weight.

use leptos::prelude::*;

/// One icon of the set: the shapes inside a 24 × 24 box. As constants, so that only what is used is shipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon(&'static str);

impl Icon {
    pub const SUN: Self = Self(
        r#"<circle cx="12" cy="12" r="4"/><path d="M12 2v2"/><path d="M12 20v2"/><path d="m4.93 4.93 1.41 1.41"/><path d="m17.66 17.66 1.41 1.41"/><path d="M2 12h2"/><path d="M20 12h2"/><path d="m6.34 17.66-1.41 1.41"/><path d="m19.07 4.93-1.41 1.41"/>"#,
    );
    pub const MOON: Self = Self(
        r#"<path d="M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401"/>"#,
    );
    pub const MONITOR: Self = Self(
        r#"<rect width="20" height="14" x="2" y="3" rx="2"/><line x1="8" x2="16" y1="21" y2="21"/><line x1="12" x2="12" y1="17" y2="21"/>"#,
    );
    pub const KANBAN: Self = Self(r#"<path d="M5 3v14"/><path d="M12 3v8"/><path d="M19 3v18"/>"#);
    pub const BUILDING_2: Self = Self(
        r#"<path d="M10 12h4"/><path d="M10 8h4"/><path d="M14 21v-3a2 2 0 0 0-4 0v3"/><path d="M6 10H4a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2V9a2 2 0 0 0-2-2h-2"/><path d="M6 21V5a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v16"/>"#,
    );
    pub const PHONE: Self = Self(
        r#"<path d="M13.832 16.568a1 1 0 0 0 1.213-.303l.355-.465A2 2 0 0 1 17 15h3a2 2 0 0 1 2 2v3a2 2 0 0 1-2 2A18 18 0 0 1 2 4a2 2 0 0 1 2-2h3a2 2 0 0 1 2 2v3a2 2 0 0 1-.8 1.6l-.468.351a1 1 0 0 0-.292 1.233 14 14 0 0 0 6.392 6.384"/>"#,
    );
    pub const MAIL: Self = Self(r#"<path d="m22 7-8.991 5.727a2 2 0 0 1-2.009 0L2 7"/><rect x="2" y="4" width="20" height="16" rx="2"/>"#);
    pub const USERS: Self = Self(
        r#"<path d="M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2"/><path d="M16 3.128a4 4 0 0 1 0 7.744"/><path d="M22 21v-2a4 4 0 0 0-3-3.87"/><circle cx="9" cy="7" r="4"/>"#,
    );
    pub const USER: Self = Self(r#"<path d="M19 21v-2a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v2"/><circle cx="12" cy="7" r="4"/>"#);
    pub const USER_PLUS: Self = Self(
        r#"<path d="M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2"/><circle cx="9" cy="7" r="4"/><line x1="19" x2="19" y1="8" y2="14"/><line x1="22" x2="16" y1="11" y2="11"/>"#,
    );
    pub const PACKAGE: Self = Self(
        r#"<path d="M11 21.73a2 2 0 0 0 2 0l7-4A2 2 0 0 0 21 16V8a2 2 0 0 0-1-1.73l-7-4a2 2 0 0 0-2 0l-7 4A2 2 0 0 0 3 8v8a2 2 0 0 0 1 1.73z"/><path d="M12 22V12"/><polyline points="3.29 7 12 12 20.71 7"/><path d="m7.5 4.27 9 5.15"/>"#,
    );
    pub const TARGET: Self = Self(r#"<circle cx="12" cy="12" r="10"/><circle cx="12" cy="12" r="6"/><circle cx="12" cy="12" r="2"/>"#);
    pub const CHART_LINE: Self = Self(r#"<path d="M3 3v16a2 2 0 0 0 2 2h16"/><path d="m19 9-5 5-4-4-3 3"/>"#);
    pub const CHART_COLUMN: Self =
        Self(r#"<path d="M3 3v16a2 2 0 0 0 2 2h16"/><path d="M18 17V9"/><path d="M13 17V5"/><path d="M8 17v-3"/>"#);
    pub const SETTINGS: Self = Self(
        r#"<path d="M9.671 4.136a2.34 2.34 0 0 1 4.659 0 2.34 2.34 0 0 0 3.319 1.915 2.34 2.34 0 0 1 2.33 4.033 2.34 2.34 0 0 0 0 3.831 2.34 2.34 0 0 1-2.33 4.033 2.34 2.34 0 0 0-3.319 1.915 2.34 2.34 0 0 1-4.659 0 2.34 2.34 0 0 0-3.32-1.915 2.34 2.34 0 0 1-2.33-4.033 2.34 2.34 0 0 0 0-3.831A2.34 2.34 0 0 1 6.35 6.051a2.34 2.34 0 0 0 3.319-1.915"/><circle cx="12" cy="12" r="3"/>"#,
    );
    pub const SEARCH: Self = Self(r#"<path d="m21 21-4.34-4.34"/><circle cx="11" cy="11" r="8"/>"#);
    pub const PLUS: Self = Self(r#"<path d="M5 12h14"/><path d="M12 5v14"/>"#);
    pub const MINUS: Self = Self(r#"<path d="M5 12h14"/>"#);
    pub const X: Self = Self(r#"<path d="M18 6 6 18"/><path d="m6 6 12 12"/>"#);
    pub const CHECK: Self = Self(r#"<path d="M20 6 9 17l-5-5"/>"#);
    pub const CHEVRON_DOWN: Self = Self(r#"<path d="m6 9 6 6 6-6"/>"#);
    pub const CHEVRON_UP: Self = Self(r#"<path d="m18 15-6-6-6 6"/>"#);
    pub const CHEVRON_LEFT: Self = Self(r#"<path d="m15 18-6-6 6-6"/>"#);
    pub const CHEVRON_RIGHT: Self = Self(r#"<path d="m9 18 6-6-6-6"/>"#);
    pub const CHEVRONS_UP_DOWN: Self = Self(r#"<path d="m7 15 5 5 5-5"/><path d="m7 9 5-5 5 5"/>"#);
    pub const ARROW_UP: Self = Self(r#"<path d="m5 12 7-7 7 7"/><path d="M12 19V5"/>"#);
    pub const ARROW_DOWN: Self = Self(r#"<path d="M12 5v14"/><path d="m19 12-7 7-7-7"/>"#);
    pub const ARROW_UP_DOWN: Self = Self(r#"<path d="m21 16-4 4-4-4"/><path d="M17 20V4"/><path d="m3 8 4-4 4 4"/><path d="M7 4v16"/>"#);
    pub const ARROW_RIGHT: Self = Self(r#"<path d="M5 12h14"/><path d="m12 5 7 7-7 7"/>"#);
    pub const ARROW_LEFT: Self = Self(r#"<path d="m12 19-7-7 7-7"/><path d="M19 12H5"/>"#);
    pub const ELLIPSIS: Self = Self(r#"<circle cx="12" cy="12" r="1"/><circle cx="19" cy="12" r="1"/><circle cx="5" cy="12" r="1"/>"#);
    pub const ELLIPSIS_VERTICAL: Self =
        Self(r#"<circle cx="12" cy="12" r="1"/><circle cx="12" cy="5" r="1"/><circle cx="12" cy="19" r="1"/>"#);
    pub const PENCIL: Self = Self(
        r#"<path d="M21.174 6.812a1 1 0 0 0-3.986-3.987L3.842 16.174a2 2 0 0 0-.5.83l-1.321 4.352a.5.5 0 0 0 .623.622l4.353-1.32a2 2 0 0 0 .83-.497z"/><path d="m15 5 4 4"/>"#,
    );
    pub const TRASH_2: Self = Self(
        r#"<path d="M10 11v6"/><path d="M14 11v6"/><path d="M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6"/><path d="M3 6h18"/><path d="M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2"/>"#,
    );
    pub const COPY: Self = Self(
        r#"<rect width="14" height="14" x="8" y="8" rx="2" ry="2"/><path d="M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2"/>"#,
    );
    pub const DOWNLOAD: Self =
        Self(r#"<path d="M12 15V3"/><path d="M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4"/><path d="m7 10 5 5 5-5"/>"#);
    pub const UPLOAD: Self = Self(r#"<path d="M12 3v12"/><path d="m17 8-5-5-5 5"/><path d="M21 15v4a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2v-4"/>"#);
    pub const FUNNEL: Self = Self(
        r#"<path d="M10 20a1 1 0 0 0 .553.895l2 1A1 1 0 0 0 14 21v-7a2 2 0 0 1 .517-1.341L21.74 4.67A1 1 0 0 0 21 3H3a1 1 0 0 0-.742 1.67l7.225 7.989A2 2 0 0 1 10 14z"/>"#,
    );
    pub const COLUMNS_3: Self = Self(r#"<rect width="18" height="18" x="3" y="3" rx="2"/><path d="M9 3v18"/><path d="M15 3v18"/>"#);
    pub const LIST: Self = Self(
        r#"<path d="M3 5h.01"/><path d="M3 12h.01"/><path d="M3 19h.01"/><path d="M8 5h13"/><path d="M8 12h13"/><path d="M8 19h13"/>"#,
    );
    pub const LAYOUT_GRID: Self = Self(
        r#"<rect width="7" height="7" x="3" y="3" rx="1"/><rect width="7" height="7" x="14" y="3" rx="1"/><rect width="7" height="7" x="14" y="14" rx="1"/><rect width="7" height="7" x="3" y="14" rx="1"/>"#,
    );
    pub const EYE: Self = Self(
        r#"<path d="M2.062 12.348a1 1 0 0 1 0-.696 10.75 10.75 0 0 1 19.876 0 1 1 0 0 1 0 .696 10.75 10.75 0 0 1-19.876 0"/><circle cx="12" cy="12" r="3"/>"#,
    );
    pub const EYE_OFF: Self = Self(
        r#"<path d="M10.733 5.076a10.744 10.744 0 0 1 11.205 6.575 1 1 0 0 1 0 .696 10.747 10.747 0 0 1-1.444 2.49"/><path d="M14.084 14.158a3 3 0 0 1-4.242-4.242"/><path d="M17.479 17.499a10.75 10.75 0 0 1-15.417-5.151 1 1 0 0 1 0-.696 10.75 10.75 0 0 1 4.446-5.143"/><path d="m2 2 20 20"/>"#,
    );
    pub const LOCK: Self = Self(r#"<rect width="18" height="11" x="3" y="11" rx="2" ry="2"/><path d="M7 11V7a5 5 0 0 1 10 0v4"/>"#);
    pub const KEY_ROUND: Self = Self(
        r#"<path d="M2.586 17.414A2 2 0 0 0 2 18.828V21a1 1 0 0 0 1 1h3a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h1a1 1 0 0 0 1-1v-1a1 1 0 0 1 1-1h.172a2 2 0 0 0 1.414-.586l.814-.814a6.5 6.5 0 1 0-4-4z"/><circle cx="16.5" cy="7.5" r=".5" fill="currentColor"/>"#,
    );
    pub const LOG_OUT: Self = Self(r#"<path d="m16 17 5-5-5-5"/><path d="M21 12H9"/><path d="M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4"/>"#);
    pub const LOG_IN: Self = Self(r#"<path d="m10 17 5-5-5-5"/><path d="M15 12H3"/><path d="M15 3h4a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2h-4"/>"#);
    pub const GLOBE: Self =
        Self(r#"<circle cx="12" cy="12" r="10"/><path d="M12 2a14.5 14.5 0 0 0 0 20 14.5 14.5 0 0 0 0-20"/><path d="M2 12h20"/>"#);
    pub const LANGUAGES: Self = Self(
        r#"<path d="m5 8 6 6"/><path d="m4 14 6-6 2-3"/><path d="M2 5h12"/><path d="M7 2h1"/><path d="m22 22-5-10-5 10"/><path d="M14 18h6"/>"#,
    );
    pub const KEYBOARD: Self = Self(
        r#"<path d="M10 8h.01"/><path d="M12 12h.01"/><path d="M14 8h.01"/><path d="M16 12h.01"/><path d="M18 8h.01"/><path d="M6 8h.01"/><path d="M7 16h10"/><path d="M8 12h.01"/><rect width="20" height="16" x="2" y="4" rx="2"/>"#,
    );
    pub const COMMAND: Self = Self(r#"<path d="M15 6v12a3 3 0 1 0 3-3H6a3 3 0 1 0 3 3V6a3 3 0 1 0-3 3h12a3 3 0 1 0-3-3"/>"#);
    pub const BELL: Self = Self(
        r#"<path d="M10.268 21a2 2 0 0 0 3.464 0"/><path d="M3.262 15.326A1 1 0 0 0 4 17h16a1 1 0 0 0 .74-1.673C19.41 13.956 18 12.499 18 8A6 6 0 0 0 6 8c0 4.499-1.411 5.956-2.738 7.326"/>"#,
    );
    pub const CALENDAR: Self =
        Self(r#"<path d="M8 2v3"/><path d="M16 2v3"/><rect x="3" y="3" width="18" height="18" rx="2"/><path d="M3 9h18"/>"#);
    pub const CALENDAR_CLOCK: Self = Self(
        r#"<path d="M16 14v2.2l1.6 1"/><path d="M16 2v3"/><path d="M21 7.338V5a2 2 0 00-2-2H5a2 2 0 00-2 2v14a2 2 0 002 2h2.338"/><path d="M3 9h5.859"/><path d="M8 2v3"/><circle cx="16" cy="16" r="6"/>"#,
    );
    pub const CLOCK: Self = Self(r#"<circle cx="12" cy="12" r="10"/><path d="M12 6v6l4 2"/>"#);
    pub const HISTORY: Self =
        Self(r#"<path d="M3 12a9 9 0 1 0 9-9 9.75 9.75 0 0 0-6.74 2.74L3 8"/><path d="M3 3v5h5"/><path d="M12 7v5l4 2"/>"#);
    pub const UNDO_2: Self = Self(r#"<path d="M9 14 4 9l5-5"/><path d="M4 9h10.5a5.5 5.5 0 0 1 5.5 5.5a5.5 5.5 0 0 1-5.5 5.5H11"/>"#);
    pub const REDO_2: Self = Self(r#"<path d="m15 14 5-5-5-5"/><path d="M20 9H9.5A5.5 5.5 0 0 0 4 14.5A5.5 5.5 0 0 0 9.5 20H13"/>"#);
    pub const REFRESH_CW: Self = Self(
        r#"<path d="M3 12a9 9 0 0 1 9-9 9.75 9.75 0 0 1 6.74 2.74L21 8"/><path d="M21 3v5h-5"/><path d="M21 12a9 9 0 0 1-9 9 9.75 9.75 0 0 1-6.74-2.74L3 16"/><path d="M8 16H3v5"/>"#,
    );
    pub const CIRCLE: Self = Self(r#"<circle cx="12" cy="12" r="10"/>"#);
    pub const CIRCLE_DOT: Self = Self(r#"<circle cx="12" cy="12" r="1"/><circle cx="12" cy="12" r="10"/>"#);
    pub const CIRCLE_ALERT: Self =
        Self(r#"<circle cx="12" cy="12" r="10"/><line x1="12" x2="12" y1="8" y2="12"/><line x1="12" x2="12.01" y1="16" y2="16"/>"#);
    pub const CIRCLE_CHECK: Self = Self(r#"<circle cx="12" cy="12" r="10"/><path d="m16 9-5.5 5.5L8 12"/>"#);
    pub const CIRCLE_X: Self = Self(r#"<circle cx="12" cy="12" r="10"/><path d="m15 9-6 6"/><path d="m9 9 6 6"/>"#);
    pub const TRIANGLE_ALERT: Self = Self(
        r#"<path d="m21.73 18-8-14a2 2 0 0 0-3.48 0l-8 14A2 2 0 0 0 4 21h16a2 2 0 0 0 1.73-3"/><path d="M12 9v4"/><path d="M12 17h.01"/>"#,
    );
    pub const INFO: Self = Self(r#"<circle cx="12" cy="12" r="10"/><path d="M12 16v-4"/><path d="M12 8h.01"/>"#);
    pub const CIRCLE_HELP: Self =
        Self(r#"<circle cx="12" cy="12" r="10"/><path d="M9.09 9a3 3 0 0 1 5.83 1c0 2-3 3-3 3"/><path d="M12 17h.01"/>"#);
    pub const WIFI_OFF: Self = Self(
        r#"<path d="M12 20h.01"/><path d="M8.5 16.429a5 5 0 0 1 7 0"/><path d="M5 12.859a10 10 0 0 1 5.17-2.69"/><path d="M19 12.859a10 10 0 0 0-2.007-1.523"/><path d="M2 8.82a15 15 0 0 1 4.177-2.643"/><path d="M22 8.82a15 15 0 0 0-11.288-3.764"/><path d="m2 2 20 20"/>"#,
    );
    pub const LINK: Self = Self(
        r#"<path d="M10 13a5 5 0 0 0 7.54.54l3-3a5 5 0 0 0-7.07-7.07l-1.72 1.71"/><path d="M14 11a5 5 0 0 0-7.54-.54l-3 3a5 5 0 0 0 7.07 7.07l1.71-1.71"/>"#,
    );
    pub const EXTERNAL_LINK: Self =
        Self(r#"<path d="M15 3h6v6"/><path d="M10 14 21 3"/><path d="M18 13v6a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h6"/>"#);
    pub const BOOKMARK: Self = Self(
        r#"<path d="M17 3a2 2 0 0 1 2 2v15a1 1 0 0 1-1.496.868l-4.512-2.578a2 2 0 0 0-1.984 0l-4.512 2.578A1 1 0 0 1 5 20V5a2 2 0 0 1 2-2z"/>"#,
    );
    pub const STAR: Self = Self(
        r#"<path d="M11.525 2.295a.53.53 0 0 1 .95 0l2.31 4.679a2.123 2.123 0 0 0 1.595 1.16l5.166.756a.53.53 0 0 1 .294.904l-3.736 3.638a2.123 2.123 0 0 0-.611 1.878l.882 5.14a.53.53 0 0 1-.771.56l-4.618-2.428a2.122 2.122 0 0 0-1.973 0L6.396 21.01a.53.53 0 0 1-.77-.56l.881-5.139a2.122 2.122 0 0 0-.611-1.879L2.16 9.795a.53.53 0 0 1 .294-.906l5.165-.755a2.122 2.122 0 0 0 1.597-1.16z"/>"#,
    );
    pub const MAP_PIN: Self = Self(
        r#"<path d="M20 10c0 4.993-5.539 10.193-7.399 11.799a1 1 0 0 1-1.202 0C9.539 20.193 4 14.993 4 10a8 8 0 0 1 16 0"/><circle cx="12" cy="10" r="3"/>"#,
    );
    pub const MAP: Self = Self(
        r#"<path d="M14.106 5.553a2 2 0 0 0 1.788 0l3.659-1.83A1 1 0 0 1 21 4.619v12.764a1 1 0 0 1-.553.894l-4.553 2.277a2 2 0 0 1-1.788 0l-4.212-2.106a2 2 0 0 0-1.788 0l-3.659 1.83A1 1 0 0 1 3 19.381V6.618a1 1 0 0 1 .553-.894l4.553-2.277a2 2 0 0 1 1.788 0z"/><path d="M15 5.764v15"/><path d="M9 3.236v15"/>"#,
    );
    pub const TAG: Self = Self(
        r#"<path d="M12.586 2.586A2 2 0 0 0 11.172 2H4a2 2 0 0 0-2 2v7.172a2 2 0 0 0 .586 1.414l8.704 8.704a2.426 2.426 0 0 0 3.42 0l6.58-6.58a2.426 2.426 0 0 0 0-3.42z"/><circle cx="7.5" cy="7.5" r=".5" fill="currentColor"/>"#,
    );
    pub const CAR: Self = Self(
        r#"<path d="M19 17h2c.6 0 1-.4 1-1v-3c0-.9-.7-1.7-1.5-1.9C18.7 10.6 16 10 16 10s-1.3-1.4-2.2-2.3c-.5-.4-1.1-.7-1.8-.7H5c-.6 0-1.1.4-1.4.9l-1.4 2.9A3.7 3.7 0 0 0 2 12v4c0 .6.4 1 1 1h2"/><circle cx="7" cy="17" r="2"/><path d="M9 17h6"/><circle cx="17" cy="17" r="2"/>"#,
    );
    pub const STORE: Self = Self(
        r#"<path d="M15 21v-5a1 1 0 0 0-1-1h-4a1 1 0 0 0-1 1v5"/><path d="M17.774 10.31a1.12 1.12 0 0 0-1.549 0 2.5 2.5 0 0 1-3.451 0 1.12 1.12 0 0 0-1.548 0 2.5 2.5 0 0 1-3.452 0 1.12 1.12 0 0 0-1.549 0 2.5 2.5 0 0 1-3.77-3.248l2.889-4.184A2 2 0 0 1 7 2h10a2 2 0 0 1 1.653.873l2.895 4.192a2.5 2.5 0 0 1-3.774 3.244"/><path d="M4 10.95V19a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2v-8.05"/>"#,
    );
    pub const BRIEFCASE: Self =
        Self(r#"<path d="M16 20V4a2 2 0 0 0-2-2h-4a2 2 0 0 0-2 2v16"/><rect width="20" height="14" x="2" y="6" rx="2"/>"#);
    pub const HANDSHAKE: Self = Self(
        r#"<path d="m11 17 2 2a1 1 0 1 0 3-3"/><path d="m14 14 2.5 2.5a1 1 0 1 0 3-3l-3.88-3.88a3 3 0 0 0-4.24 0l-.88.88a1 1 0 1 1-3-3l2.81-2.81a5.79 5.79 0 0 1 7.06-.87l.47.28a2 2 0 0 0 1.42.25L21 4"/><path d="m21 3 1 11h-2"/><path d="M3 3 2 14l6.5 6.5a1 1 0 1 0 3-3"/><path d="M3 4h8"/>"#,
    );
    pub const TROPHY: Self = Self(
        r#"<path d="M10 14.66V17a1 1 0 0 1-1 1 2 2 0 0 0-2 2v2"/><path d="M14 14.66V17a1 1 0 0 0 1 1 2 2 0 0 1 2 2v2"/><path d="M17.916 10H19.5A2.5 2.5 0 0 0 22 7.5V5a1 1 0 0 0-1-1h-3"/><path d="M4 22h16"/><path d="M6 9a6 6 0 0 0 12 0V3a1 1 0 0 0-1-1H7a1 1 0 0 0-1 1z"/><path d="M6.084 10H4.5A2.5 2.5 0 0 1 2 7.5V5a1 1 0 0 1 1-1h3"/>"#,
    );
    pub const SHIELD: Self = Self(
        r#"<path d="M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1z"/>"#,
    );
    pub const FILE_TEXT: Self = Self(
        r#"<path d="M6 22a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2h8a2.4 2.4 0 0 1 1.704.706l3.588 3.588A2.4 2.4 0 0 1 20 8v12a2 2 0 0 1-2 2z"/><path d="M14 2v5a1 1 0 0 0 1 1h5"/><path d="M10 9H8"/><path d="M16 13H8"/><path d="M16 17H8"/>"#,
    );
    pub const MESSAGE_SQUARE: Self = Self(
        r#"<path d="M22 17a2 2 0 0 1-2 2H6.828a2 2 0 0 0-1.414.586l-2.202 2.202A.71.71 0 0 1 2 21.286V5a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2z"/>"#,
    );
    pub const STICKY_NOTE: Self = Self(
        r#"<path d="M21 9a2.4 2.4 0 0 0-.706-1.706l-3.588-3.588A2.4 2.4 0 0 0 15 3H5a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2z"/><path d="M15 3v5a1 1 0 0 0 1 1h5"/>"#,
    );
    pub const SEND: Self = Self(
        r#"<path d="M14.536 21.686a.5.5 0 0 0 .937-.024l6.5-19a.496.496 0 0 0-.635-.635l-19 6.5a.5.5 0 0 0-.024.937l7.93 3.18a2 2 0 0 1 1.112 1.11z"/><path d="m21.854 2.147-10.94 10.939"/>"#,
    );
    pub const ZAP: Self = Self(
        r#"<path d="M15.914 4a1.5 1.5 0 00-2.474-1.561l-9 9A1.5 1.5 0 005.5 14h4.002a.5.5 0 01.471.666L8.086 20a1.5 1.5 0 002.475 1.56l9-9A1.5 1.5 0 0018.5 10h-3.997a.5.5 0 01-.472-.667z"/>"#,
    );
    pub const FLAG: Self = Self(
        r#"<path d="M4 22V4a1 1 0 0 1 .4-.8A6 6 0 0 1 8 2c3 0 5 2 7.333 2q2 0 3.067-.8A1 1 0 0 1 20 4v10a1 1 0 0 1-.4.8A6 6 0 0 1 16 16c-3 0-5-2-8-2a6 6 0 0 0-4 1.528"/>"#,
    );
    pub const MOVE: Self = Self(
        r#"<path d="M12 2v20"/><path d="m15 19-3 3-3-3"/><path d="m19 9 3 3-3 3"/><path d="M2 12h20"/><path d="m5 9-3 3 3 3"/><path d="m9 5 3-3 3 3"/>"#,
    );
    pub const GRIP_VERTICAL: Self = Self(
        r#"<circle cx="9" cy="12" r="1"/><circle cx="9" cy="5" r="1"/><circle cx="9" cy="19" r="1"/><circle cx="15" cy="12" r="1"/><circle cx="15" cy="5" r="1"/><circle cx="15" cy="19" r="1"/>"#,
    );
    pub const PANEL_RIGHT: Self = Self(r#"<rect width="18" height="18" x="3" y="3" rx="2"/><path d="M15 3v18"/>"#);
    pub const INBOX: Self = Self(
        r#"<polyline points="22 12 16 12 14 15 10 15 8 12 2 12"/><path d="M5.45 5.11 2 12v6a2 2 0 0 0 2 2h16a2 2 0 0 0 2-2v-6l-3.45-6.89A2 2 0 0 0 16.76 4H7.24a2 2 0 0 0-1.79 1.11z"/>"#,
    );
    pub const CONTACT: Self = Self(
        r#"<path d="M16 2v2"/><path d="M7 21v-2a2 2 0 012-2h6a2 2 0 012 2v2"/><path d="M8 2v2"/><circle cx="12" cy="10" r="3"/><rect x="3" y="3" width="18" height="18" rx="2"/>"#,
    );
    pub const GAUGE: Self = Self(r#"<path d="m12 14 4-4"/><path d="M3.34 19a10 10 0 1 1 17.32 0"/>"#);
    pub const WALLET: Self = Self(
        r#"<path d="M19 7V4a1 1 0 0 0-1-1H5a2 2 0 0 0 0 4h15a1 1 0 0 1 1 1v4h-3a2 2 0 0 0 0 4h3a1 1 0 0 0 1-1v-2a1 1 0 0 0-1-1"/><path d="M3 5v14a2 2 0 0 0 2 2h15a1 1 0 0 0 1-1v-4"/>"#,
    );
    pub const PERCENT: Self =
        Self(r#"<line x1="19" x2="5" y1="5" y2="19"/><circle cx="6.5" cy="6.5" r="2.5"/><circle cx="17.5" cy="17.5" r="2.5"/>"#);
    pub const SCALE: Self = Self(
        r#"<path d="M12 3v18"/><path d="m19 8 3 8a5 5 0 0 1-6 0zV7"/><path d="M3 7h1a17 17 0 0 0 8-2 17 17 0 0 0 8 2h1"/><path d="m5 8 3 8a5 5 0 0 1-6 0zV7"/><path d="M7 21h10"/>"#,
    );
    pub const GIT_BRANCH: Self = Self(r#"<path d="M15 6a9 9 0 0 0-9 9V3"/><circle cx="18" cy="6" r="3"/><circle cx="6" cy="18" r="3"/>"#);
    pub const GRADUATION_CAP: Self = Self(
        r#"<path d="M21.42 10.922a1 1 0 0 0-.019-1.838L12.83 5.18a2 2 0 0 0-1.66 0L2.6 9.08a1 1 0 0 0 0 1.832l8.57 3.908a2 2 0 0 0 1.66 0z"/><path d="M22 10v6"/><path d="M6 12.5V16a6 3 0 0 0 12 0v-3.5"/>"#,
    );
    pub const ACTIVITY: Self = Self(
        r#"<path d="M22 12h-2.48a2 2 0 0 0-1.93 1.46l-2.35 8.36a.25.25 0 0 1-.48 0L9.24 2.18a.25.25 0 0 0-.48 0l-2.35 8.36A2 2 0 0 1 4.49 12H2"/>"#,
    );
    pub const DATABASE: Self =
        Self(r#"<ellipse cx="12" cy="5" rx="9" ry="3"/><path d="M3 5V19A9 3 0 0 0 21 19V5"/><path d="M3 12A9 3 0 0 0 21 12"/>"#);
    pub const CIRCLE_USER: Self = Self(
        r#"<circle cx="12" cy="12" r="10"/><circle cx="12" cy="10" r="3"/><path d="M7 20.662V19a2 2 0 0 1 2-2h6a2 2 0 0 1 2 2v1.662"/>"#,
    );
    pub const HOUSE: Self = Self(
        r#"<path d="M15 21v-8a1 1 0 0 0-1-1h-4a1 1 0 0 0-1 1v8"/><path d="M3 10a2 2 0 0 1 .709-1.528l7-6a2 2 0 0 1 2.582 0l7 6A2 2 0 0 1 21 10v9a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2z"/>"#,
    );
    pub const IMAGE: Self = Self(
        r#"<rect width="18" height="18" x="3" y="3" rx="2" ry="2"/><circle cx="9" cy="9" r="2"/><path d="m21 15-3.086-3.086a2 2 0 0 0-2.828 0L6 21"/>"#,
    );
    pub const PAPERCLIP: Self = Self(
        r#"<path d="m16 6-8.414 8.586a2 2 0 0 0 2.829 2.829l8.414-8.586a4 4 0 1 0-5.657-5.657l-8.379 8.551a6 6 0 1 0 8.485 8.485l8.379-8.551"/>"#,
    );
    pub const HOURGLASS: Self = Self(
        r#"<path d="M5 22h14"/><path d="M5 2h14"/><path d="M17 22v-4.172a2 2 0 0 0-.586-1.414L12 12l-4.414 4.414A2 2 0 0 0 7 17.828V22"/><path d="M7 2v4.172a2 2 0 0 0 .586 1.414L12 12l4.414-4.414A2 2 0 0 0 17 6.172V2"/>"#,
    );
    pub const SPLIT: Self =
        Self(r#"<path d="M16 3h5v5"/><path d="M8 3H3v5"/><path d="M12 22v-8.3a4 4 0 0 0-1.172-2.872L3 3"/><path d="m15 9 6-6"/>"#);

    /// Every icon with its name, for the page that shows the kit.
    pub const ALL: [(&'static str, Self); 106] = [
        ("sun", Self::SUN),
        ("moon", Self::MOON),
        ("monitor", Self::MONITOR),
        ("kanban", Self::KANBAN),
        ("building_2", Self::BUILDING_2),
        ("phone", Self::PHONE),
        ("mail", Self::MAIL),
        ("users", Self::USERS),
        ("user", Self::USER),
        ("user_plus", Self::USER_PLUS),
        ("package", Self::PACKAGE),
        ("target", Self::TARGET),
        ("chart_line", Self::CHART_LINE),
        ("chart_column", Self::CHART_COLUMN),
        ("settings", Self::SETTINGS),
        ("search", Self::SEARCH),
        ("plus", Self::PLUS),
        ("minus", Self::MINUS),
        ("x", Self::X),
        ("check", Self::CHECK),
        ("chevron_down", Self::CHEVRON_DOWN),
        ("chevron_up", Self::CHEVRON_UP),
        ("chevron_left", Self::CHEVRON_LEFT),
        ("chevron_right", Self::CHEVRON_RIGHT),
        ("chevrons_up_down", Self::CHEVRONS_UP_DOWN),
        ("arrow_up", Self::ARROW_UP),
        ("arrow_down", Self::ARROW_DOWN),
        ("arrow_up_down", Self::ARROW_UP_DOWN),
        ("arrow_right", Self::ARROW_RIGHT),
        ("arrow_left", Self::ARROW_LEFT),
        ("ellipsis", Self::ELLIPSIS),
        ("ellipsis_vertical", Self::ELLIPSIS_VERTICAL),
        ("pencil", Self::PENCIL),
        ("trash_2", Self::TRASH_2),
        ("copy", Self::COPY),
        ("download", Self::DOWNLOAD),
        ("upload", Self::UPLOAD),
        ("funnel", Self::FUNNEL),
        ("columns_3", Self::COLUMNS_3),
        ("list", Self::LIST),
        ("layout_grid", Self::LAYOUT_GRID),
        ("eye", Self::EYE),
        ("eye_off", Self::EYE_OFF),
        ("lock", Self::LOCK),
        ("key_round", Self::KEY_ROUND),
        ("log_out", Self::LOG_OUT),
        ("log_in", Self::LOG_IN),
        ("globe", Self::GLOBE),
        ("languages", Self::LANGUAGES),
        ("keyboard", Self::KEYBOARD),
        ("command", Self::COMMAND),
        ("bell", Self::BELL),
        ("calendar", Self::CALENDAR),
        ("calendar_clock", Self::CALENDAR_CLOCK),
        ("clock", Self::CLOCK),
        ("history", Self::HISTORY),
        ("undo_2", Self::UNDO_2),
        ("redo_2", Self::REDO_2),
        ("refresh_cw", Self::REFRESH_CW),
        ("circle", Self::CIRCLE),
        ("circle_dot", Self::CIRCLE_DOT),
        ("circle_alert", Self::CIRCLE_ALERT),
        ("circle_check", Self::CIRCLE_CHECK),
        ("circle_x", Self::CIRCLE_X),
        ("triangle_alert", Self::TRIANGLE_ALERT),
        ("info", Self::INFO),
        ("circle_help", Self::CIRCLE_HELP),
        ("wifi_off", Self::WIFI_OFF),
        ("link", Self::LINK),
        ("external_link", Self::EXTERNAL_LINK),
        ("bookmark", Self::BOOKMARK),
        ("star", Self::STAR),
        ("map_pin", Self::MAP_PIN),
        ("map", Self::MAP),
        ("tag", Self::TAG),
        ("car", Self::CAR),
        ("store", Self::STORE),
        ("briefcase", Self::BRIEFCASE),
        ("handshake", Self::HANDSHAKE),
        ("trophy", Self::TROPHY),
        ("shield", Self::SHIELD),
        ("file_text", Self::FILE_TEXT),
        ("message_square", Self::MESSAGE_SQUARE),
        ("sticky_note", Self::STICKY_NOTE),
        ("send", Self::SEND),
        ("zap", Self::ZAP),
        ("flag", Self::FLAG),
        ("move", Self::MOVE),
        ("grip_vertical", Self::GRIP_VERTICAL),
        ("panel_right", Self::PANEL_RIGHT),
        ("inbox", Self::INBOX),
        ("contact", Self::CONTACT),
        ("gauge", Self::GAUGE),
        ("wallet", Self::WALLET),
        ("percent", Self::PERCENT),
        ("scale", Self::SCALE),
        ("git_branch", Self::GIT_BRANCH),
        ("graduation_cap", Self::GRADUATION_CAP),
        ("activity", Self::ACTIVITY),
        ("database", Self::DATABASE),
        ("circle_user", Self::CIRCLE_USER),
        ("house", Self::HOUSE),
        ("image", Self::IMAGE),
        ("paperclip", Self::PAPERCLIP),
        ("hourglass", Self::HOURGLASS),
        ("split", Self::SPLIT),
    ];
}

/// Draws an icon in the colour and at the size of the text around it; it says nothing to a screen reader.
#[component]
pub fn Glyph(#[prop(into)] icon: Signal<Icon>) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" inner_html=move || icon.get().0></svg> }.into_any()
}
