//! Writing saved views: one's own, and shared ones by who may share.

use muster_shared::access::Permission;
use muster_shared::event::{Action, Event};
use muster_shared::id::ViewId;
use muster_shared::patch;
use muster_shared::view::{NewView, ViewPatch};
use uuid::Uuid;

use super::row::SavedView;
use crate::access::UserSubject;
use crate::error::{Error, Result};
use crate::record::{self, Record as _, Write};
use crate::writer::Tx;

/// Saves a view of the user's.
pub async fn create(tx: &mut Tx, user: &UserSubject, new: NewView) -> Result<SavedView> {
    let mut view = SavedView {
        id: ViewId(tx.new_id()),
        version: 1,
        dealer_id: user.reach.dealer_id,
        owner_id: user.reach.user_id,
        place: new.place,
        name: new.name,
        query: new.query,
        shared: new.shared,
        deleted_at: None,
    };
    SavedView::settle(tx, None, &mut view).await?;
    refuse_sharing(user, &view)?;
    record::store_new(tx, view).await
}

/// Changes the fields named.
pub async fn change(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64, patch: &ViewPatch) -> Result<SavedView> {
    let old = writable(tx, user, id).await?;
    if old.is_deleted() {
        return Err(Error::not_found());
    }
    let wanted = patch::changes(&old, patch);
    record::refuse_conflicts(tx, &old, from, &wanted).await?;
    let new = patch::apply(&old, &wanted).map_err(|e| Error::malformed(&e.to_string()))?;
    store(tx, user, &old, new, Write::default()).await
}

/// Deletes a view.
pub async fn delete(tx: &mut Tx, user: &UserSubject, id: Uuid, from: i64) -> Result<SavedView> {
    let old = writable(tx, user, id).await?;
    if old.is_deleted() {
        return Err(Error::not_found());
    }
    if old.version() != from {
        return Err(Error::stale(old.version(), Vec::new()));
    }
    record::put_away(tx, &old, None).await
}

/// Takes back what `event` did.
pub async fn undo(tx: &mut Tx, user: &UserSubject, event: &Event) -> Result<SavedView> {
    let old = writable(tx, user, event.entity_id).await?;
    match event.action {
        Action::Created | Action::Restored if !old.is_deleted() => record::put_away(tx, &old, Some(event.seq)).await,
        Action::Deleted if old.is_deleted() => {
            refuse_sharing(user, &old)?;
            record::take_back(tx, &old, old.clone(), Some(event.seq)).await
        }
        Action::Changed | Action::Reassigned if !old.is_deleted() => {
            let new = record::undone(tx, &old, event).await?;
            store(tx, user, &old, new, Write { action: Some(Action::Changed), undoes: Some(event.seq), reason: None }).await
        }
        _ => Err(record::not_undoable()),
    }
}

async fn store(tx: &mut Tx, user: &UserSubject, old: &SavedView, mut new: SavedView, how: Write) -> Result<SavedView> {
    SavedView::settle(tx, Some(old), &mut new).await?;
    refuse_sharing(user, &new)?;
    let action = how.action.or(Some(Action::Changed));
    record::store_change(tx, old, new, Write { action, ..how }).await
}

/// A view is its owner's to change; a shared one also theirs who may share.
async fn writable(tx: &Tx, user: &UserSubject, id: Uuid) -> Result<SavedView> {
    let view = SavedView::load(tx.db(), id).await?.filter(|v| v.dealer_id == user.reach.dealer_id).ok_or_else(Error::not_found)?;
    if view.owner_id == user.reach.user_id {
        return Ok(view);
    }
    if !view.shared {
        return Err(Error::not_found());
    }
    if may_share(user, &view) { Ok(view) } else { Err(Error::forbidden()) }
}

fn may_share(user: &UserSubject, view: &SavedView) -> bool {
    user.covers(Permission::ViewShare, &view.scope())
}

fn refuse_sharing(user: &UserSubject, view: &SavedView) -> Result<()> {
    if view.shared && !may_share(user, view) { Err(Error::forbidden()) } else { Ok(()) }
}
