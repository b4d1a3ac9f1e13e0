//! Requests from the shop, made and answered as customers and sellers do it: some wait, one for too long, others were settled yesterday.

use muster_shared::account::Account;
use muster_shared::catalog::Shop;
use muster_shared::event::Actor;
use muster_shared::id::{LeadId, SessionId, UserId};
use muster_shared::lead::{Choice, Lead, LeadCancel, LeadReturn, LeadState, ReturnReason, ShopRequest};
use muster_shared::text::Lang;
use muster_shared::time::{Day, Instant};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::block::Block;
use super::calendar::{Frame, OFFSET};
use crate::access::UserSubject;
use crate::catalog::queries::shop;
use crate::error::{Error, Result};
use crate::identity::{sessions::new_token, subjects};
use crate::lead::builds::Builds;
use crate::lead::requesting::{self, Checked};
use crate::lead::{answering, timers};
use crate::record::Record as _;
use crate::writer::Tx;

/// Deals that were made of requests.
pub const DEALS: u32 = 1;
/// Whose customer asks again.
pub const REP: &str = "minh.nam";

const MINUTE_MS: i64 = 60_000;

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Waits,
    /// It is given back on the day before and waits with the next in turn.
    GivenBack,
    /// Nobody answers on the day before, until it is the manager's.
    Unanswered,
    Accepted,
    Cancelled,
}

/// A request as it is written by hand.
struct Sketch {
    name: &'static str,
    phone: &'static str,
    mail: &'static str,
    place: &'static str,
    model: &'static str,
    choices: &'static [(&'static str, &'static str)],
    note: &'static str,
    fate: Fate,
}

const SKETCHES: [Sketch; 7] = [
    Sketch {
        name: "Đặng Minh Châu",
        phone: "0938 412 077",
        mail: "",
        place: "Quận 7",
        model: "terra",
        choices: &[("line", "summit"), ("engine", "diesel-205"), ("driven", "awd")],
        note: "Xe chở vật liệu, cần báo giá sớm.",
        fate: Fate::Unanswered,
    },
    Sketch {
        name: "Nguyễn Hoài An",
        phone: "0907 553 218",
        mail: "hoai.an@example.vn",
        place: "Quận 7",
        model: "vega",
        choices: &[("line", "plus"), ("engine", "hybrid-190"), ("seating", "seven")],
        note: "",
        fate: Fate::Accepted,
    },
    Sketch {
        name: "Test",
        phone: "0900 000 123",
        mail: "",
        place: "Quận 7",
        model: "mira",
        choices: &[("line", "core")],
        note: "",
        fate: Fate::Cancelled,
    },
    Sketch {
        name: "Lê Quỳnh Như",
        phone: "",
        mail: "quynhnhu.le@example.vn",
        place: "Quận 7",
        model: "lumen",
        choices: &[("line", "signature"), ("battery", "b94"), ("suspension", "air")],
        note: "Gọi sau 17 giờ giúp tôi.",
        fate: Fate::GivenBack,
    },
    Sketch {
        name: "Phạm Gia Khang",
        phone: "0913 870 462",
        mail: "",
        place: "Quận 7",
        model: "mira",
        choices: &[("line", "plus"), ("engine", "hybrid-140")],
        note: "",
        fate: Fate::Waits,
    },
    Sketch {
        name: "Trần Bảo Ngọc",
        phone: "0905 318 226",
        mail: "",
        place: "Đà Nẵng",
        model: "vega",
        choices: &[("line", "signature"), ("driven", "awd")],
        note: "",
        fate: Fate::Waits,
    },
    Sketch {
        name: "Hồ Nhật Minh",
        phone: "0935 640 915",
        mail: "nhatminh.ho@example.vn",
        place: "Đà Nẵng",
        model: "lumen",
        choices: &[("line", "plus"), ("battery", "b77")],
        note: "Muốn lái thử cuối tuần.",
        fate: Fate::Waits,
    },
];

/// What a customer who is known asks for.
const AGAIN: Sketch = Sketch {
    name: "",
    phone: "",
    mail: "",
    place: "Quận 7",
    model: "vega",
    choices: &[("line", "signature"), ("engine", "hybrid-190"), ("driven", "awd")],
    note: "",
    fate: Fate::Waits,
};

/// A customer of `owner` without an open deal, who can be called.
pub fn regular(block: &Block, owner: UserId) -> Option<&Account> {
    let is_free = |account: &&Account| !block.deals.iter().any(|(deal, _)| deal.account_id == account.id && deal.closed_at.is_none());
    block.accounts.iter().filter(|account| account.owner_id == owner && account.phone.len() > 9).find(is_free)
}

/// A request that was checked, and what becomes of it.
pub struct Planned {
    checked: Checked,
    fate: Fate,
}

/// The requests, checked and priced; the last one is of a customer who is known, where one is.
pub async fn checked(db: &impl ConnectionTrait, today: Day, known: Option<&Account>) -> Result<Vec<Planned>> {
    let shop = shop(db, Some("vn"), today).await?;
    let mut wanted = Vec::new();
    for sketch in &SKETCHES {
        wanted.push((request(sketch, &shop)?, sketch.fate));
    }
    if let Some(account) = known {
        let asked = request(&AGAIN, &shop)?;
        wanted.push((ShopRequest { name: account.name.clone(), phone: account.phone.clone(), ..asked }, AGAIN.fate));
    }
    let builds = Builds::default();
    let mut planned = Vec::new();
    for (request, fate) in wanted {
        planned.push(Planned { checked: requesting::check_on(db, &builds, today, request).await?, fate });
    }
    Ok(planned)
}

fn request(sketch: &Sketch, shop: &Shop) -> Result<ShopRequest> {
    let model = shop.models.iter().find(|model| model.code == sketch.model);
    let model = model.ok_or_else(|| Error::Internal(format!("the demo's shop has no {}", sketch.model)))?;
    let choice = |(group, option): &(&str, &str)| Choice { group: (*group).to_owned(), option: (*option).to_owned() };
    Ok(ShopRequest {
        market: "vn".to_owned(),
        model: sketch.model.to_owned(),
        version_id: model.version_id,
        offer: model.offer.clone(),
        choices: sketch.choices.iter().map(choice).collect(),
        price_shown: None,
        name: sketch.name.to_owned(),
        phone: sketch.phone.to_owned(),
        mail: sketch.mail.to_owned(),
        place: sketch.place.to_owned(),
        dealer_id: None,
        province: None,
        consent: true,
        note: sketch.note.to_owned(),
        language: Lang::Vi,
    })
}

/// Makes the requests and does with them what became of them.
pub async fn write(tx: &mut Tx, frame: &Frame, planned: Vec<Planned>) -> Result<()> {
    let now = tx.now;
    let yesterday = frame.worked(frame.today.plus(-1));
    for (minutes, Planned { checked, fate }) in (0..).step_by(7).zip(planned) {
        tx.now = match fate {
            Fate::Waits => now.plus_ms(-MINUTE_MS * minutes / 7),
            _ => opening(yesterday).plus_ms(MINUTE_MS * (35 + minutes)),
        };
        tx.actor = Actor::Nobody;
        let lead = requesting::take(tx, &checked, &new_token()?).await?.lead_id;
        settle(tx, lead, fate).await?;
    }
    (tx.now, tx.actor) = (now, Actor::System);
    Ok(())
}

/// When people begin to work on a day.
fn opening(day: Day) -> Instant {
    day.start_utc().plus_ms((8 - OFFSET) * 60 * MINUTE_MS)
}

async fn settle(tx: &mut Tx, id: LeadId, fate: Fate) -> Result<()> {
    match fate {
        Fate::Waits => {}
        Fate::Unanswered => {
            tx.actor = Actor::System;
            while let (LeadState::Requested, Some(due)) = state(tx, id).await? {
                tx.now = due.plus_ms(MINUTE_MS);
                if !timers::look_at(tx, id.0).await? {
                    break;
                }
            }
        }
        Fate::Accepted => {
            let seller = seller(tx, id, 22).await?;
            answering::accept(tx, &seller, id.0, 1).await?;
        }
        Fate::Cancelled => {
            let seller = seller(tx, id, 9).await?;
            let cancel = LeadCancel { note: "Nobody of that name under this number".to_owned() };
            answering::cancel(tx, &seller, id.0, 1, cancel).await?;
        }
        Fate::GivenBack => {
            let seller = seller(tx, id, 14).await?;
            let back = LeadReturn { reason: ReturnReason::NoTime, note: "At the fair until Friday".to_owned() };
            answering::give_back(tx, &seller, id.0, 1, back).await?;
        }
    }
    Ok(())
}

async fn state(tx: &Tx, id: LeadId) -> Result<(LeadState, Option<Instant>)> {
    let lead = Lead::load(tx.db(), id.0).await?.ok_or_else(Error::not_found)?;
    Ok((lead.state, lead.due_at))
}

/// Whose request it is, at work so many minutes after it came.
async fn seller(tx: &mut Tx, id: LeadId, minutes: i64) -> Result<UserSubject> {
    let lead = Lead::load(tx.db(), id.0).await?.ok_or_else(Error::not_found)?;
    tx.now = tx.now.plus_ms(MINUTE_MS * minutes);
    tx.actor = Actor::User(lead.owner_id.0);
    subjects::load(tx.db(), lead.owner_id.0, SessionId(Uuid::nil())).await
}
