//! Who works at Aurora Motors and its dealers: structure, people, and what each of them sells where.

use std::collections::BTreeMap;

use muster_shared::id::{DealerId, DepartmentId, RoleId, TeamId, TerritoryId, UserId};
use muster_shared::identity::{Dealer, DealerContract, DemoAccount, Role, Unit, User};
use muster_shared::text::Lang;
use muster_shared::time::Instant;
use uuid::Uuid;

use super::PASSWORD;
use super::calendar::ZONE;
use super::dice::Dice;

/// A node of a tree: its name and its parent's.
type Node = (&'static str, &'static str);

/// A company that sells.
struct House {
    name: &'static str,
    maker: bool,
    contract: DealerContract,
    departments: &'static [&'static str],
    teams: &'static [Node],
    territories: &'static [Node],
}

const HOUSES: [House; 3] = [
    House {
        name: "Aurora Motors",
        maker: true,
        contract: DealerContract::Closed,
        departments: &["Sales", "Marketing", "Product", "Service", "Finance", "Human resources", "IT"],
        teams: &[
            ("Sales", ""),
            ("Vietnam South", "Sales"),
            ("Team Quận 7", "Vietnam South"),
            ("Team Thủ Đức", "Vietnam South"),
            ("Team Cần Thơ", "Vietnam South"),
            ("Vietnam North", "Sales"),
            ("Team Hà Nội", "Vietnam North"),
            ("Team Hải Phòng", "Vietnam North"),
            ("Europe direct", "Sales"),
            ("Fleet", "Sales"),
        ],
        territories: &[
            ("Vietnam", ""),
            ("Vietnam South", "Vietnam"),
            ("TP. Hồ Chí Minh", "Vietnam South"),
            ("Quận 7", "TP. Hồ Chí Minh"),
            ("Thủ Đức", "TP. Hồ Chí Minh"),
            ("Mekong Delta", "Vietnam South"),
            ("Vietnam North", "Vietnam"),
            ("Hà Nội", "Vietnam North"),
            ("Hải Phòng", "Vietnam North"),
            ("Europe", ""),
            ("Germany", "Europe"),
            ("France", "Europe"),
            ("United Kingdom", "Europe"),
        ],
    },
    House {
        name: "Sao Mai Auto",
        maker: false,
        contract: DealerContract::Closed,
        departments: &["Bán hàng", "Dịch vụ", "Kế toán"],
        teams: &[("Bán hàng", ""), ("Team Hải Châu", "Bán hàng"), ("Team Hội An", "Bán hàng")],
        territories: &[("Miền Trung", ""), ("Đà Nẵng", "Miền Trung"), ("Quảng Nam", "Miền Trung")],
    },
    House {
        name: "Autohaus Lindner",
        maker: false,
        contract: DealerContract::Open,
        departments: &["Verkauf", "Werkstatt", "Buchhaltung"],
        teams: &[("Verkauf", ""), ("Team Stuttgart", "Verkauf")],
        territories: &[("Baden-Württemberg", ""), ("Stuttgart", "Baden-Württemberg"), ("Karlsruhe", "Baden-Württemberg")],
    },
];

/// Somebody who works there.
#[derive(Clone, Copy)]
struct Member {
    key: &'static str,
    name: &'static str,
    title: &'static str,
    role: &'static str,
    house: usize,
    department: &'static str,
    team: &'static str,
    territory: &'static str,
    lang: Lang,
    zone: &'static str,
}

const BERLIN: &str = "Europe/Berlin";

#[expect(clippy::too_many_arguments, reason = "a table's columns")]
const fn member(
    key: &'static str,
    name: &'static str,
    title: &'static str,
    role: &'static str,
    house: usize,
    department: &'static str,
    team: &'static str,
    territory: &'static str,
) -> Member {
    // English is what colleagues of several countries have in common; dealers speak their own.
    let (lang, zone) = match house {
        1 => (Lang::Vi, ZONE),
        2 => (Lang::En, BERLIN),
        _ => (Lang::En, ZONE),
    };
    Member { key, name, title, role, house, department, team, territory, lang, zone }
}

const fn abroad(member: Member, zone: &'static str) -> Member {
    Member { zone, ..member }
}

const fn vietnamese(member: Member) -> Member {
    Member { lang: Lang::Vi, ..member }
}

/// Somebody who left; the account stays, and what they once sold.
pub const LEAVER: &str = "to.kien";

const MEMBERS: [Member; 37] = [
    member("minh.nam", "Lê Minh Nam", "Sales consultant", "rep", 0, "Sales", "Team Quận 7", "Quận 7"),
    member("thanh.binh", "Nguyễn Thanh Bình", "Sales manager Vietnam South", "manager", 0, "Sales", "Vietnam South", "Vietnam South"),
    member("bao.tram", "Hồ Bảo Trâm", "Head of marketing", "marketing", 0, "Marketing", "", ""),
    abroad(member("katrin.seifert", "Katrin Seifert", "Product manager Lumen", "product-manager", 0, "Product", "", ""), BERLIN),
    member("lan.chi", "Vũ Lan Chi", "HR partner", "hr", 0, "Human resources", "", ""),
    member("quang.minh", "Đinh Quang Minh", "System administrator", "admin", 0, "IT", "", ""),
    member("dang.khoa", "Hồ Đăng Khoa", "Tư vấn bán hàng", "rep", 1, "Bán hàng", "Team Hải Châu", "Đà Nẵng"),
    member("my.linh", "Trương Mỹ Linh", "Trưởng phòng bán hàng", "manager", 1, "Bán hàng", "Bán hàng", "Miền Trung"),
    member("thu.ha", "Trần Thu Hà", "Senior sales consultant", "rep", 0, "Sales", "Team Quận 7", "Quận 7"),
    member("mai.khanh", "Mai Khanh", "Sales consultant", "rep", 0, "Sales", "Team Quận 7", "Quận 7"),
    vietnamese(member("tuong.vy", "Phạm Tường Vy", "Sales consultant", "rep", 0, "Sales", "Team Quận 7", "Quận 7")),
    member("gia.bao", "Huỳnh Gia Bảo", "Senior sales consultant", "rep", 0, "Sales", "Team Thủ Đức", "Thủ Đức"),
    vietnamese(member("hai.yen", "Đỗ Hải Yến", "Sales consultant", "rep", 0, "Sales", "Team Thủ Đức", "Thủ Đức")),
    vietnamese(member("minh.triet", "Cao Minh Triết", "Sales consultant", "rep", 0, "Sales", "Team Thủ Đức", "Thủ Đức")),
    vietnamese(member("ngoc.diep", "Lý Ngọc Diệp", "Sales consultant", "rep", 0, "Sales", "Team Cần Thơ", "Mekong Delta")),
    vietnamese(member("cong.hau", "Trương Công Hậu", "Sales consultant", "rep", 0, "Sales", "Team Cần Thơ", "Mekong Delta")),
    member("hoang.anh", "Phan Hoàng Anh", "Sales manager Vietnam North", "manager", 0, "Sales", "Vietnam North", "Vietnam North"),
    vietnamese(member("duc.manh", "Nguyễn Đức Mạnh", "Sales consultant", "rep", 0, "Sales", "Team Hà Nội", "Hà Nội")),
    vietnamese(member("khanh.linh", "Bùi Khánh Linh", "Sales consultant", "rep", 0, "Sales", "Team Hà Nội", "Hà Nội")),
    vietnamese(member("van.son", "Tạ Văn Sơn", "Sales consultant", "rep", 0, "Sales", "Team Hà Nội", "Hà Nội")),
    vietnamese(member("thuy.duong", "Lưu Thùy Dương", "Sales consultant", "rep", 0, "Sales", "Team Hải Phòng", "Hải Phòng")),
    vietnamese(member("quoc.huy", "Ngô Quốc Huy", "Sales consultant", "rep", 0, "Sales", "Team Hải Phòng", "Hải Phòng")),
    abroad(
        member("claire.fontaine", "Claire Fontaine", "Head of Europe direct", "manager", 0, "Sales", "Europe direct", "Europe"),
        "Europe/Paris",
    ),
    abroad(member("jonas.weber", "Jonas Weber", "Sales consultant Germany", "rep", 0, "Sales", "Europe direct", "Germany"), BERLIN),
    abroad(
        member("elodie.martin", "Élodie Martin", "Sales consultant France", "rep", 0, "Sales", "Europe direct", "France"),
        "Europe/Paris",
    ),
    abroad(
        member("oliver.hughes", "Oliver Hughes", "Sales consultant UK", "rep", 0, "Sales", "Europe direct", "United Kingdom"),
        "Europe/London",
    ),
    member("huu.phuoc", "Dương Hữu Phước", "Key account manager fleet", "rep", 0, "Sales", "Fleet", "Vietnam"),
    member("my.duyen", "Vương Mỹ Duyên", "Fleet consultant", "rep", 0, "Sales", "Fleet", "Vietnam"),
    member("anh.tuan", "Võ Anh Tuấn", "Sales director", "director", 0, "Sales", "Sales", "Vietnam"),
    vietnamese(member("tan.phat", "Lâm Tấn Phát", "Head of service", "service", 0, "Service", "", "")),
    member("thu.hien", "Đặng Thu Hiền", "Controller", "finance", 0, "Finance", "", ""),
    member(LEAVER, "Tô Văn Kiên", "Sales consultant", "rep", 0, "Sales", "Team Quận 7", "Quận 7"),
    member("gia.han", "Phùng Gia Hân", "Tư vấn bán hàng", "rep", 1, "Bán hàng", "Team Hải Châu", "Đà Nẵng"),
    member("dinh.phuc", "Võ Đình Phúc", "Tư vấn bán hàng", "rep", 1, "Bán hàng", "Team Hội An", "Quảng Nam"),
    member("markus.lindner", "Markus Lindner", "Geschäftsführer", "manager", 2, "Verkauf", "Verkauf", "Baden-Württemberg"),
    member("sabine.krueger", "Sabine Krüger", "Verkaufsberaterin", "rep", 2, "Verkauf", "Team Stuttgart", "Stuttgart"),
    member("emre.yildiz", "Emre Yıldız", "Verkaufsberater", "rep", 2, "Verkauf", "Team Stuttgart", "Karlsruhe"),
];

/// The members that the sign-in page offers: the first of the table.
const OFFERED: usize = 8;

fn mail(member: &Member) -> String {
    let host = ["aurora-motors.example", "saomai-auto.example", "autohaus-lindner.example"][member.house];
    format!("{}@{host}", member.key)
}

/// The people that may be signed in as with one click.
#[must_use]
pub fn accounts() -> Vec<DemoAccount> {
    let account = |m: &Member| DemoAccount {
        name: m.name.to_owned(),
        mail: mail(m),
        password: PASSWORD.to_owned(),
        role: m.role.to_owned(),
        dealer: HOUSES[m.house].name.to_owned(),
    };
    MEMBERS[..OFFERED].iter().map(account).collect()
}

/// All people and where they belong.
#[derive(Clone, Debug, PartialEq)]
pub struct People {
    pub founded: Instant,
    pub dealers: Vec<Dealer>,
    pub departments: Vec<Unit>,
    /// Parents before children.
    pub teams: Vec<Unit>,
    pub territories: Vec<Unit>,
    pub roles: Vec<Role>,
    pub users: Vec<User>,
    keys: BTreeMap<&'static str, usize>,
}

impl People {
    /// The people of the demo with ids of this seed.
    #[must_use]
    pub fn new(seed: u64, founded: Instant) -> Self {
        let mut dice = Dice::new(seed, 1);
        let dealers: Vec<Dealer> = HOUSES
            .iter()
            .map(|h| Dealer { id: DealerId(dice.id(founded)), version: 1, name: h.name.to_owned(), maker: h.maker, contract: h.contract })
            .collect();
        let mut people = Self {
            founded,
            departments: Vec::new(),
            teams: Vec::new(),
            territories: Vec::new(),
            roles: Vec::new(),
            users: Vec::new(),
            keys: BTreeMap::new(),
            dealers,
        };
        for (house, dealer) in HOUSES.iter().zip(&people.dealers) {
            let flat: Vec<Node> = house.departments.iter().map(|d| (*d, "")).collect();
            for (nodes, units) in
                [(&flat[..], &mut people.departments), (house.teams, &mut people.teams), (house.territories, &mut people.territories)]
            {
                for (name, parent) in nodes {
                    let parent_id = find(units, dealer.id, parent);
                    units.push(Unit { id: dice.id(founded), version: 1, dealer_id: dealer.id, name: (*name).to_owned(), parent_id });
                }
            }
        }
        let shipped = crate::identity::roles::shipped();
        for role in &shipped {
            let (name, grants) = (role.name.clone(), role.grants.clone());
            people.roles.push(Role { id: RoleId(dice.id(founded)), version: 1, name, grants, shipped: true });
        }
        for (i, member) in MEMBERS.iter().enumerate() {
            let dealer_id = people.dealers[member.house].id;
            let role = shipped.iter().position(|r| r.key == member.role).expect("members have shipped roles");
            people.keys.insert(member.key, i);
            people.users.push(User {
                id: UserId(dice.id(founded)),
                version: 1,
                dealer_id,
                department_id: find(&people.departments, dealer_id, member.department).map(DepartmentId),
                name: member.name.to_owned(),
                mail: mail(member),
                title: member.title.to_owned(),
                lang: member.lang,
                zone: member.zone.to_owned(),
                active: true,
                invited: false,
                role_ids: vec![people.roles[role].id],
                team_ids: find(&people.teams, dealer_id, member.team).map(TeamId).into_iter().collect(),
                territory_ids: find(&people.territories, dealer_id, member.territory).map(TerritoryId).into_iter().collect(),
            });
        }
        people
    }

    /// The user with this key.
    ///
    /// # Panics
    /// Where the table has no such member.
    #[must_use]
    pub fn user(&self, key: &str) -> &User {
        &self.users[self.keys[key]]
    }
}

fn find(units: &[Unit], dealer: DealerId, name: &str) -> Option<Uuid> {
    units.iter().find(|u| u.dealer_id == dealer && u.name == name).map(|u| u.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_belongs_where_the_table_says() {
        let people = People::new(1, Instant(0));
        for (member, user) in MEMBERS.iter().zip(&people.users) {
            assert_eq!(user.department_id.is_some(), !member.department.is_empty(), "{}", user.name);
            assert_eq!(user.team_ids.len(), usize::from(!member.team.is_empty()), "{}", user.name);
            assert_eq!(user.territory_ids.len(), usize::from(!member.territory.is_empty()), "{}", user.name);
        }
        for units in [&people.teams, &people.territories] {
            let roots = units.iter().filter(|u| u.parent_id.is_none()).count();
            assert!(roots <= 4, "a parent is misspelt");
        }
    }
}
