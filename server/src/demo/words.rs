//! The names, places and phrases that the demo company is made of.

use muster_shared::money::Currency;
use muster_shared::opportunity::LostReason;

/// The language that records of a market are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    En,
    Vi,
    De,
    Fr,
}

/// Where customers live.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub city: &'static str,
    pub country: &'static str,
    /// Country code and the mobile prefixes in use.
    pub dial: &'static str,
    pub mobile: &'static [&'static str],
    pub streets: &'static [&'static str],
}

const VN_MOBILE: &[&str] = &["90", "91", "93", "96", "97", "98", "32", "35", "70", "77", "79", "86", "88"];

const fn vietnam(city: &'static str, streets: &'static [&'static str]) -> Place {
    Place { city, country: "VN", dial: "+84", mobile: VN_MOBILE, streets }
}

pub const SAIGON: Place = vietnam(
    "TP. Hồ Chí Minh",
    &[
        "Nguyễn Văn Linh",
        "Nguyễn Thị Thập",
        "Huỳnh Tấn Phát",
        "Lê Văn Lương",
        "Nguyễn Lương Bằng",
        "Trần Xuân Soạn",
        "Võ Văn Kiệt",
        "Điện Biên Phủ",
        "Cách Mạng Tháng Tám",
    ],
);
pub const THU_DUC: Place = vietnam(
    "Thủ Đức",
    &["Võ Nguyên Giáp", "Phạm Văn Đồng", "Nguyễn Duy Trinh", "Đỗ Xuân Hợp", "Kha Vạn Cân", "Lê Văn Việt", "Mai Chí Thọ"],
);
pub const CAN_THO: Place = vietnam("Cần Thơ", &["Nguyễn Trãi", "30 Tháng 4", "Mậu Thân", "Trần Hưng Đạo", "Nguyễn Văn Cừ"]);
pub const BIEN_HOA: Place = vietnam("Biên Hòa", &["Đồng Khởi", "Phạm Văn Thuận", "Nguyễn Ái Quốc", "Võ Thị Sáu"]);
pub const HA_NOI: Place = vietnam(
    "Hà Nội",
    &["Láng Hạ", "Trần Duy Hưng", "Nguyễn Chí Thanh", "Xuân Thủy", "Cầu Giấy", "Kim Mã", "Giải Phóng", "Lạc Long Quân", "Phạm Hùng"],
);
pub const HAI_PHONG: Place = vietnam("Hải Phòng", &["Lạch Tray", "Lê Hồng Phong", "Tô Hiệu", "Nguyễn Bỉnh Khiêm", "Cầu Đất"]);
pub const DA_NANG: Place = vietnam("Đà Nẵng", &["Bạch Đằng", "Nguyễn Văn Linh", "Lê Duẩn", "Võ Nguyên Giáp", "Ngô Quyền", "Trần Phú"]);
pub const HOI_AN: Place = vietnam("Hội An", &["Cửa Đại", "Hai Bà Trưng", "Nguyễn Tất Thành", "Lý Thường Kiệt"]);

const fn germany(city: &'static str, streets: &'static [&'static str]) -> Place {
    Place { city, country: "DE", dial: "+49", mobile: &["151", "152", "160", "170", "171", "175", "176"], streets }
}

pub const MUNICH: Place = germany("München", &["Lindwurmstraße", "Leopoldstraße", "Rosenheimer Straße", "Arnulfstraße", "Dachauer Straße"]);
pub const BERLIN: Place = germany("Berlin", &["Kantstraße", "Prenzlauer Allee", "Hauptstraße", "Torstraße", "Karl-Marx-Straße"]);
pub const STUTTGART: Place =
    germany("Stuttgart", &["Königstraße", "Olgastraße", "Heilbronner Straße", "Hauptstätter Straße", "Rotebühlstraße"]);
pub const KARLSRUHE: Place = germany("Karlsruhe", &["Kaiserstraße", "Ettlinger Straße", "Durlacher Allee", "Amalienstraße"]);
pub const PARIS: Place = Place {
    city: "Paris",
    country: "FR",
    dial: "+33",
    mobile: &["6 12", "6 27", "6 63", "6 81", "7 55"],
    streets: &["rue de Charonne", "avenue Parmentier", "rue des Martyrs", "boulevard Voltaire", "rue de Rennes"],
};
pub const LYON: Place = Place {
    city: "Lyon",
    country: "FR",
    dial: "+33",
    mobile: &["6 14", "6 48", "6 70", "7 61"],
    streets: &["cours Gambetta", "rue de la République", "avenue Jean Jaurès", "quai Saint-Antoine"],
};
pub const LONDON: Place = Place {
    city: "London",
    country: "GB",
    dial: "+44",
    mobile: &["7700", "7712", "7760", "7811", "7903"],
    streets: &["Camden Road", "Upper Street", "Lordship Lane", "Kingsland Road", "High Holborn"],
};
pub const MANCHESTER: Place = Place {
    city: "Manchester",
    country: "GB",
    dial: "+44",
    mobile: &["7700", "7733", "7850", "7984"],
    streets: &["Deansgate", "Oxford Road", "Wilmslow Road", "Portland Street"],
};

/// Family names, the frequent ones more than once.
const VI_FAMILY: &[&str] = &[
    "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Trần", "Lê", "Lê", "Lê", "Phạm", "Phạm", "Hoàng", "Huỳnh",
    "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý", "Đinh", "Trịnh", "Lâm", "Mai", "Cao", "Tạ", "Châu", "Quách",
    "Thái", "Lương",
];
const VI_GIVEN: &[&str] = &[
    "Thị Hương",
    "Quốc Bảo",
    "Thanh Tùng",
    "Minh Khoa",
    "Gia Huy",
    "Ngọc Anh",
    "Đức Long",
    "Thu Trang",
    "Bảo Châu",
    "Khánh Vy",
    "Hải Nam",
    "Minh Châu",
    "Phương Thảo",
    "Hoàng Phúc",
    "Thị Mai",
    "Anh Khoa",
    "Ngọc Hân",
    "Văn Hùng",
    "Thùy Linh",
    "Quang Huy",
    "Thanh Trúc",
    "Xuân Trường",
    "Kim Ngân",
    "Đình Trọng",
    "Hồng Nhung",
    "Nhật Minh",
    "Thị Lan",
    "Trung Kiên",
    "Bích Ngọc",
    "Tuấn Kiệt",
    "Mỹ Duyên",
    "Công Danh",
    "Diễm My",
    "Hữu Nghĩa",
    "Tường Vi",
    "Thành Đạt",
    "Cẩm Tú",
    "Việt Anh",
    "Thị Tuyết",
    "Bá Thành",
    "Yến Nhi",
    "Chí Công",
    "Thanh Hà",
    "Duy Tân",
    "Hạnh Dung",
    "Phước Thịnh",
    "Minh Ngọc",
    "Tiến Dũng",
    "Lan Anh",
    "Hoài Nam",
    "Thục Quyên",
    "Khắc Việt",
];
const DE_FAMILY: &[&str] = &[
    "Schneider",
    "Wagner",
    "Becker",
    "Hoffmann",
    "Schäfer",
    "Koch",
    "Bauer",
    "Richter",
    "Klein",
    "Wolf",
    "Neumann",
    "Schwarz",
    "Zimmermann",
    "Krüger",
    "Hofmann",
    "Lange",
    "Kaya",
    "Öztürk",
    "Nowak",
    "Vogel",
    "Brandt",
    "Böhm",
];
const DE_GIVEN: &[&str] = &[
    "Anna",
    "Lukas",
    "Katharina",
    "Felix",
    "Julia",
    "Tobias",
    "Laura",
    "Stefan",
    "Miriam",
    "Jan",
    "Elif",
    "Matthias",
    "Sophie",
    "Andreas",
    "Nina",
    "Florian",
    "Birgit",
    "Deniz",
    "Uwe",
    "Franziska",
];
const FR_FAMILY: &[&str] = &[
    "Martin",
    "Bernard",
    "Dubois",
    "Moreau",
    "Laurent",
    "Lefèvre",
    "Garcia",
    "Roux",
    "Fournier",
    "Girard",
    "Mercier",
    "Faure",
    "Benali",
    "Chevalier",
    "Rousseau",
    "Nguyen",
];
const FR_GIVEN: &[&str] = &[
    "Camille",
    "Julien",
    "Inès",
    "Thomas",
    "Léa",
    "Nicolas",
    "Amélie",
    "Karim",
    "Hélène",
    "Antoine",
    "Chloé",
    "François",
    "Sarah",
    "Benoît",
    "Manon",
    "Étienne",
];
const EN_FAMILY: &[&str] = &[
    "Smith",
    "Taylor",
    "Walker",
    "Patel",
    "Wright",
    "Green",
    "Khan",
    "Evans",
    "Clarke",
    "Morgan",
    "Bennett",
    "O’Connor",
    "Fraser",
    "Campbell",
    "Hussain",
    "Reid",
];
const EN_GIVEN: &[&str] = &[
    "Emma",
    "James",
    "Olivia",
    "Daniel",
    "Amelia",
    "Thomas",
    "Priya",
    "George",
    "Charlotte",
    "Samuel",
    "Isla",
    "Adam",
    "Grace",
    "Omar",
    "Hannah",
    "Callum",
];

/// Family and given names of people who speak this.
#[must_use]
pub const fn names(speech: Speech) -> (&'static [&'static str], &'static [&'static str]) {
    match speech {
        Speech::Vi => (VI_FAMILY, VI_GIVEN),
        Speech::De => (DE_FAMILY, DE_GIVEN),
        Speech::Fr => (FR_FAMILY, FR_GIVEN),
        Speech::En => (EN_FAMILY, EN_GIVEN),
    }
}

/// Companies: what they do, and the words around their names.
type Trade = (&'static str, &'static str, &'static str);

const VI_TRADES: &[Trade] = &[
    ("Construction", "Xây dựng ", ""),
    ("Hospitality", "Khách sạn ", ""),
    ("Logistics", "Vận tải ", ""),
    ("Healthcare", "Phòng khám ", ""),
    ("Retail", "Nội thất ", ""),
    ("Agriculture", "Nông sản ", ""),
    ("Tourism", "Du lịch ", ""),
    ("Technology", "Công nghệ ", ""),
    ("Education", "Anh ngữ ", ""),
    ("Manufacturing", "Cơ khí ", ""),
    ("Seafood", "Thủy sản ", ""),
    ("Retail", "Cà phê ", ""),
    ("Manufacturing", "Dệt may ", ""),
    ("Services", "Công ty ", ""),
];
const VI_BRANDS: &[&str] = &[
    "Tân Phú",
    "Phương Nam",
    "An Bình",
    "Biển Xanh",
    "Hòa Phát Lộc",
    "Đại Thành",
    "Minh Long",
    "Sông Tiền",
    "Hoa Sen Vàng",
    "Trường Sơn",
    "Bình Minh",
    "Thiên Ân",
    "Nam Việt",
    "Gia Định",
    "Hải Đăng",
    "Phú Mỹ",
    "Lộc Vừng",
    "Thành Công",
    "An Khang",
    "Đông Á",
    "Cửu Long",
    "Bách Việt",
    "Kim Sơn",
    "Vạn Xuân",
    "Sao Biển",
    "Tây Đô",
    "Hồng Hà",
    "Thăng Long",
    "Ba Đình",
    "Cát Tường",
    "Phúc Hưng",
    "Mộc Lan",
    "Rạng Đông",
    "Tràng An",
    "Bạch Hạc",
    "Đồng Tâm",
    "Hưng Thịnh",
    "Lạc Hồng",
    "Ngọc Sơn",
    "Việt Tiến Phát",
];
const DE_TRADES: &[Trade] = &[
    ("Construction", "", " Bau GmbH"),
    ("Logistics", "", " Logistik GmbH"),
    ("Services", "Kanzlei ", ""),
    ("Healthcare", "Praxis ", ""),
    ("Manufacturing", "", " Maschinenbau GmbH"),
    ("Retail", "Bäckerei ", ""),
    ("Technology", "", " Systeme GmbH"),
    ("Hospitality", "Hotel ", ""),
    ("Services", "Pflegedienst ", ""),
    ("Manufacturing", "Elektro ", " KG"),
];
const DE_BRANDS: &[&str] = &[
    "Hohenstein",
    "Brenner",
    "Isartal",
    "Kaltenbach",
    "Sonnenhof",
    "Lindenau",
    "Rieger",
    "Weinberger",
    "Schlossberg",
    "Fichtner",
    "Morgenstern",
    "Neckar",
    "Albtal",
    "Steinbeis",
    "Kranzler",
    "Oberland",
    "Wiesengrund",
    "Tannhof",
    "Seidel & Sohn",
    "Rheinblick",
];
const FR_TRADES: &[Trade] = &[
    ("Hospitality", "Hôtel ", ""),
    ("Healthcare", "Clinique ", ""),
    ("Construction", "", " Bâtiment SARL"),
    ("Logistics", "Transports ", ""),
    ("Retail", "Maison ", ""),
    ("Services", "Cabinet ", ""),
];
const FR_BRANDS: &[&str] = &[
    "Beaumont",
    "des Tilleuls",
    "Lacroix",
    "du Parc",
    "Saint-Clair",
    "Valmont",
    "Bellerive",
    "Delorme",
    "Montfort",
    "des Acacias",
    "Girondin",
    "Rivière",
];
const EN_TRADES: &[Trade] = &[
    ("Construction", "", " Building Services Ltd"),
    ("Hospitality", "The ", " Hotel"),
    ("Logistics", "", " Couriers Ltd"),
    ("Healthcare", "", " Dental Practice"),
    ("Services", "", " & Partners LLP"),
    ("Education", "", " Academy Trust"),
];
const EN_BRANDS: &[&str] = &[
    "Ashdown",
    "Kingfisher",
    "Harrow Lane",
    "Northgate",
    "Bramley",
    "Whitfield",
    "Calder",
    "Oakham",
    "Pennine",
    "Silverdale",
    "Mayfield",
    "Thornton",
];

/// Trades and brands of companies in this market.
#[must_use]
pub const fn companies(speech: Speech) -> (&'static [Trade], &'static [&'static str]) {
    match speech {
        Speech::Vi => (VI_TRADES, VI_BRANDS),
        Speech::De => (DE_TRADES, DE_BRANDS),
        Speech::Fr => (FR_TRADES, FR_BRANDS),
        Speech::En => (EN_TRADES, EN_BRANDS),
    }
}

/// What people at companies do.
#[must_use]
pub const fn titles(speech: Speech) -> &'static [&'static str] {
    match speech {
        Speech::Vi => &[
            "Giám đốc",
            "Phó giám đốc",
            "Trưởng phòng mua hàng",
            "Kế toán trưởng",
            "Quản lý đội xe",
            "Trưởng phòng hành chính",
            "Trợ lý giám đốc",
        ],
        Speech::De => {
            &["Geschäftsführerin", "Geschäftsführer", "Einkauf", "Fuhrparkleitung", "Buchhaltung", "Assistenz der Geschäftsführung"]
        }
        Speech::Fr => &["Directrice générale", "Directeur des achats", "Responsable de flotte", "Comptable", "Assistante de direction"],
        Speech::En => &["Managing director", "Fleet manager", "Head of procurement", "Finance director", "Office manager"],
    }
}

/// A car: its name, and its price in millions of dong, and in hundreds of euros, pounds and dollars.
#[derive(Clone, Copy, Debug)]
pub struct Model {
    pub name: &'static str,
    prices: [(i32, i32); 4],
}

/// Mira is the hatchback, Vega the SUV, Terra the pick-up, Lumen the electric saloon.
pub const MODELS: [Model; 4] = [
    Model { name: "Mira", prices: [(67, 79), (214, 262), (189, 231), (238, 290)] },
    Model { name: "Vega", prices: [(102, 124), (362, 448), (318, 392), (398, 486)] },
    Model { name: "Terra", prices: [(124, 142), (398, 486), (349, 424), (438, 522)] },
    Model { name: "Lumen", prices: [(138, 172), (436, 548), (388, 482), (486, 604)] },
];

impl Model {
    /// Lowest and highest price in `currency`'s minor units, with the step between prices.
    #[must_use]
    pub fn price(&self, currency: Currency) -> (i32, i32, i64) {
        let at = |i: usize, step| (self.prices[i].0, self.prices[i].1, step);
        match currency {
            Currency::EUR => at(1, 10_000),
            Currency::GBP => at(2, 10_000),
            Currency::USD => at(3, 10_000),
            _ => at(0, 10_000_000),
        }
    }
}

/// What a private buyer's deal is about, after the car's name.
#[must_use]
pub const fn wishes(speech: Speech) -> &'static [&'static str] {
    match speech {
        Speech::Vi => &[
            "gia đình năm người",
            "xe đầu tiên",
            "đổi xe cũ",
            "trả góp 36 tháng",
            "màu xanh rêu",
            "nội thất da",
            "tặng con gái",
            "đi tỉnh cuối tuần",
            "gói an toàn",
            "trả thẳng",
            "lắp sạc tại nhà",
            "kéo rơ-moóc",
            "hai tông màu",
            "giao xe sớm",
        ],
        Speech::De => &[
            "Familie mit zwei Kindern",
            "Inzahlungnahme",
            "Finanzierung 48 Monate",
            "Wallbox dazu",
            "Anhängerkupplung",
            "Lederausstattung",
            "Dienstwagen",
            "Winterpaket",
            "erstes Elektroauto",
            "Zweitwagen",
            "Lieferung bis Jahresende",
        ],
        Speech::Fr => &[
            "famille de cinq",
            "reprise de l’ancienne",
            "location 36 mois",
            "borne à domicile",
            "sellerie cuir",
            "premier électrique",
            "attelage",
            "bicolore",
        ],
        Speech::En => &[
            "family of five",
            "first electric",
            "trade-in",
            "36-month finance",
            "leather, two-tone",
            "tow bar",
            "school run",
            "home charger",
            "weekend trips",
            "second car",
            "safety pack",
        ],
    }
}

/// What a company's deal is for, after number and car; the last only where it is about one or two.
#[must_use]
pub const fn purposes(speech: Speech) -> &'static [&'static str] {
    match speech {
        Speech::Vi => &[
            "cho công trường",
            "xe đưa đón khách",
            "xe giao hàng",
            "thay đội xe cũ",
            "xe kinh doanh",
            "xe chi nhánh mới",
            "xe công vụ",
            "xe giám đốc",
        ],
        Speech::De => &[
            "für den Außendienst",
            "Poolfahrzeuge",
            "für die Baustelle",
            "Ersatz Leasingrückläufer",
            "Lieferdienst",
            "Rufbereitschaft",
            "Geschäftsleitung",
        ],
        Speech::Fr => &["pour les équipes", "navettes clients", "renouvellement", "livraison urbaine", "véhicules de direction"],
        Speech::En => {
            &["for site crews", "pool cars", "guest shuttle", "for the sales team", "replacement of leased cars", "delivery", "management"]
        }
    }
}

/// Next steps by stage: one of the first five, later ones for everything after.
#[must_use]
pub fn steps(speech: Speech, stage: usize) -> &'static [&'static str] {
    const VI: [&[&str]; 5] = [
        &["Gọi lại hỏi nhu cầu", "Gửi bảng giá", "Hẹn đến showroom", "Hỏi giá xe cũ", "Xác nhận ngân sách"],
        &["Gửi cấu hình", "Chốt màu và nội thất", "So sánh hai phiên bản", "Gửi mẫu da", "Tính giá đổi xe"],
        &["Hẹn lái thử", "Hỏi cảm nhận sau lái thử", "Lái thử lần hai cùng gia đình", "Mang xe đến tận nhà", "Gửi ảnh lái thử"],
        &["Gửi báo giá", "Gọi trước khi báo giá hết hạn", "Giải thích thời gian giao xe", "Chờ ngân hàng duyệt", "Cập nhật báo giá"],
        &["Ký hợp đồng", "Nhận đặt cọc", "Chốt giá xe cũ", "Chờ duyệt chiết khấu", "Hẹn ngày giao xe"],
    ];
    const DE: [&[&str]; 5] = [
        &["Bedarf klären", "Preisliste senden", "Termin im Autohaus", "Altfahrzeug bewerten", "Budget erfragen"],
        &["Konfiguration senden", "Farbmuster zeigen", "Ausstattung abstimmen", "Leasing rechnen"],
        &["Probefahrt vereinbaren", "Nach der Probefahrt anrufen", "Zweite Probefahrt", "Fahrzeug bringen"],
        &["Angebot nachfassen", "Angebot senden", "Lieferzeit erklären", "Bankzusage abwarten", "Angebot verlängern"],
        &["Vertrag unterschreiben", "Anzahlung klären", "Rabatt freigeben lassen", "Übergabe planen"],
    ];
    const FR: [&[&str]; 5] = [
        &["Rappeler pour le besoin", "Envoyer les tarifs", "Fixer un rendez-vous", "Estimer la reprise"],
        &["Envoyer la configuration", "Choisir la teinte", "Comparer deux finitions", "Calculer la location"],
        &["Planifier l’essai", "Appeler après l’essai", "Second essai", "Essai à domicile"],
        &["Envoyer l’offre", "Relancer avant échéance", "Expliquer le délai", "Attendre la banque"],
        &["Signer le bon de commande", "Recevoir l’acompte", "Valider la remise", "Fixer la livraison"],
    ];
    const EN: [&[&str]; 5] = [
        &["Call back, trade-in value", "Send price list", "Confirm visit", "Ask about budget", "Procurement form"],
        &["Send configuration", "Colour sample", "Fleet discount approval", "Send repair options", "Compare two trims"],
        &["Book test drive", "Ask how the drive was", "Second drive with family", "Site demo", "Send drive photos"],
        &["Send quote", "Call before it expires", "Explain lead time", "Waiting for finance", "Renew quote"],
        &["Sign contract", "Bank approval", "Trade-in price", "Agree delivery day", "Deposit"],
    ];
    let stage = stage.min(4);
    match speech {
        Speech::Vi => VI[stage],
        Speech::De => DE[stage],
        Speech::Fr => FR[stage],
        Speech::En => EN[stage],
    }
}

/// Who else customers look at.
pub const COMPETITORS: &[&str] = &["Hanbit", "Kaido", "Nordwagen", "Mekong Auto", "Valtera", "Sirocco"];

/// Why deals are lost, and how often.
pub const LOSSES: [(LostReason, u32); 8] = [
    (LostReason::Price, 26),
    (LostReason::Competitor, 22),
    (LostReason::NoAnswer, 16),
    (LostReason::LeadTime, 11),
    (LostReason::Finance, 10),
    (LostReason::NoNeed, 8),
    (LostReason::Product, 5),
    (LostReason::Other, 2),
];

/// What is written beside a loss now and then.
#[must_use]
pub const fn regrets(speech: Speech) -> &'static [&'static str] {
    match speech {
        Speech::Vi => &["Khách chọn hãng khác vì giá", "Chờ xe quá lâu", "Hoãn sang năm sau", "Không liên lạc được sau ba lần gọi"],
        Speech::De => &["Wettbewerber war günstiger", "Lieferzeit zu lang", "Investition verschoben", "Nach drei Anrufen nicht erreicht"],
        Speech::Fr => &["Le concurrent était moins cher", "Délai trop long", "Projet reporté", "Injoignable après trois appels"],
        Speech::En => {
            &["Went with a cheaper offer", "Could not wait for delivery", "Postponed to next year", "No answer after three calls"]
        }
    }
}
