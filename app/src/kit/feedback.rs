//! Loading, nothing, failing.

use leptos::prelude::*;

use crate::{
    browser::timer,
    ui::{AsyncView, Button, ButtonKind, EmptyState, ErrorState, Failure, Icon, OfflineBanner, Panel, Reading, Skeleton, SkeletonKind},
};

pub(super) fn failure() -> Failure {
    Failure {
        title: "The deals could not be read".to_owned(),
        text: "Nothing is lost. The server may be starting again.".to_owned(),
        request_id: Some("7f3a-22c1".to_owned()),
        can_retry: true,
    }
}

#[component]
pub fn Feedback() -> impl IntoView {
    view! {
        <div class="kit__pair">
            <Panel title="What loads?"><Skeleton /></Panel>
            <Panel title="What loads as a table?"><Skeleton kind=SkeletonKind::Rows count=4 /></Panel>
            <Panel title="What is not there?">
                <EmptyState title="No deals here yet" text="Deals that match the filter will appear here." icon=Icon::INBOX>
                    <Button>"Clear the filter"</Button>
                    <Button kind=ButtonKind::Main>"New opportunity"</Button>
                </EmptyState>
            </Panel>
            <Panel title="What failed?"><ErrorState failure=failure() on_retry=|| () /></Panel>
            <Panel title="What if it works at the second try?"><SecondTry /></Panel>
            <Panel title="What loads as a board?"><Skeleton kind=SkeletonKind::Board count=3 /></Panel>
        </div>
        <OfflineBanner offline=true />
    }
    .into_any()
}

#[component]
fn SecondTry() -> impl IntoView {
    let tries = StoredValue::new(0_u32);
    let resource = Reading::new(move || async move {
        timer::sleep(600).await;
        tries.update_value(|n| *n += 1);
        if tries.get_value() == 1 { Err(failure()) } else { Ok(tries.get_value()) }
    });
    view! { <AsyncView resource count=2 let:count><p>"Read at try " {count} "."</p></AsyncView> }.into_any()
}
