//! Buttons, chips, switches, and what they stand beside.

use leptos::prelude::*;

use super::Specimen;
use crate::ui::{
    Avatar, AvatarStack, Badge, Button, ButtonKind, Checkbox, Chip, ChipKind, Glyph, Icon, IconButton, Kbd, LinkButton, Person, Segmented,
    SelectOption, Size, StatusPill, Switch, Tone, Tooltip,
};

#[component]
pub fn Controls() -> impl IntoView {
    let (is_on, is_starred) = (RwSignal::new(true), RwSignal::new(false));
    let view = RwSignal::new("board".to_owned());
    let views = vec![SelectOption::new("board", "Board"), SelectOption::new("list", "List"), SelectOption::new("calendar", "Calendar")];
    let nothing = || ();
    view! {
        <Specimen title="What can be pressed?">
            <Button kind=ButtonKind::Main chord="n">"New opportunity"</Button>
            <Button>"Log a call"</Button>
            <Button icon=Icon::DOWNLOAD>"Export"</Button>
            <Button kind=ButtonKind::Plain>"Cancel"</Button>
            <Button kind=ButtonKind::Danger icon=Icon::TRASH_2>"Delete"</Button>
            <Button kind=ButtonKind::Main busy=true>"Saving"</Button>
            <Button disabled=true>"Disabled"</Button>
            <Button size=Size::Small>"Small"</Button>
            <Button kind=ButtonKind::Main size=Size::Large>"Ask for a quote"</Button>
            <LinkButton href="/desk/kit" icon=Icon::EXTERNAL_LINK>"A link"</LinkButton>
            <IconButton icon=Icon::ELLIPSIS label="More" />
            <IconButton
                icon=Icon::STAR
                label="Follow"
                pressed=Signal::from(is_starred)
                on_press=move || is_starred.update(|on| *on = !*on)
            />
            <IconButton icon=Icon::PENCIL label="Edit" size=Size::Small disabled=true />
        </Specimen>
        <Specimen title="What is in force?">
            <Chip kind=ChipKind::On name="Team Quận 7" on_remove=nothing>"Team Quận 7"</Chip>
            <Chip kind=ChipKind::On name="Closing by 31 Jan" on_remove=nothing>"Closing by 31 Jan"</Chip>
            <Chip kind=ChipKind::Add icon=Icon::PLUS>"Filter"</Chip>
            <Chip caret=true>"Sort: what needs me"</Chip>
            <Chip kind=ChipKind::Ghost caret=true>"Vietnam South"</Chip>
            <Chip pressed=Signal::from(is_on) on_press=move || is_on.update(|on| *on = !*on)>"Only mine"</Chip>
            <Segmented label="View" value=view options=Signal::stored(views) on_change=move |v| view.set(v) />
            <Checkbox label="Ticked" checked=is_on on_change=move |on| is_on.set(on) />
            <Checkbox label="Some" checked=false mixed=true on_change=|_| () />
            <Checkbox label="Disabled" checked=false disabled=true on_change=|_| () />
            <Switch label="Mail me when a deal is won" checked=is_on on_change=move |on| is_on.set(on) />
            <Switch label="Disabled" checked=false disabled=true on_change=|_| () />
        </Specimen>
        <Specimen title="How is it going?">
            <StatusPill tone=Tone::Good label="on plan" />
            <StatusPill tone=Tone::Warn label="behind" />
            <StatusPill tone=Tone::Bad label="overdue" />
            <StatusPill tone=Tone::Accent label="new" />
            <StatusPill label="draft" />
            <Badge>"12"</Badge>
            <Badge tone=Tone::Accent>"7"</Badge>
            <Badge tone=Tone::Bad>"3"</Badge>
            <AvatarStack people=Signal::stored(people()) />
            <Avatar name="Nguyễn Thị Hương" size=Size::Large />
            <Avatar name="Phạm Quốc Bảo" />
            <Avatar name="Lê Minh Khoa" size=Size::Small />
            <Tooltip text="Since the last customer contact"><span class="quiet">"5 d"</span></Tooltip>
            <Kbd chord="mod+k" />
            <Kbd chord="escape" />
        </Specimen>
        <Specimen title="Which icons are there?">
            <div class="kit__icons">
                {Icon::ALL.into_iter().map(|(name, icon)| view! { <span title=name><Glyph icon /></span> }).collect_view()}
            </div>
        </Specimen>
    }
    .into_any()
}

fn people() -> Vec<Person> {
    ["Trần Hải", "Mai Khanh", "Phạm Vy", "Lê Nam", "Đỗ Khánh Vy", "Ngô Bảo Châu"]
        .into_iter()
        .map(|name| Person { id: name.to_owned(), name: name.to_owned() })
        .collect()
}
