//! The open deals of Team Quận 7, written by hand: the board that a visitor sees first.

/// A deal as its card says it.
#[derive(Clone, Copy, Debug)]
pub struct Hand {
    pub account: &'static str,
    /// Empty for a private person.
    pub segment: &'static str,
    pub name: &'static str,
    /// Millions of dong.
    pub amount: i64,
    pub owner: &'static str,
    pub stage: usize,
    /// Days from today on which it should close.
    pub close: i32,
    pub step: &'static str,
    /// Days from today of the next step.
    pub step_in: Option<i32>,
    /// Days in the stage.
    pub age: i32,
    /// Days since somebody spoke with the customer.
    pub contact: i32,
}

/// Account, segment, deal, millions, owner, close in, next step, its day, age, contact.
type Row = (&'static str, &'static str, &'static str, i64, &'static str, i32, &'static str, Option<i32>, i32, i32);

const NAM: &str = "minh.nam";
const HA: &str = "thu.ha";
const KHANH: &str = "mai.khanh";
const VY: &str = "tuong.vy";

const QUALIFY: &[Row] = &[
    ("Nguyễn Thị Hương", "", "Aurora Vega · family of five", 1_180, HA, 19, "Call back, trade-in value", Some(-1), 6, 2),
    ("Công ty Sao Mai", "Services", "3 × Aurora Terra for site crews", 3_600, NAM, 66, "", None, 12, 5),
    ("Phạm Quốc Bảo", "", "Aurora Lumen, first electric", 1_420, NAM, 26, "Send charger offer", Some(0), 1, 1),
    ("Võ Thanh Tùng", "", "Aurora Vega, came from the website", 1_050, KHANH, 47, "Confirm visit", Some(3), 1, 1),
    ("Bệnh viện An Bình", "Healthcare", "2 × Aurora Vega pool cars", 2_310, HA, 69, "Procurement form", Some(4), 3, 3),
    ("Lâm Khánh An", "", "Aurora Mira, learner’s first car", 695, VY, 33, "Gửi bảng giá Mira", Some(1), 2, 2),
    ("Dược phẩm Minh Long", "Healthcare", "4 × Aurora Mira for reps", 2_760, KHANH, 58, "Ask about budget", Some(2), 4, 4),
    ("Huỳnh Thị Kim Thoa", "", "Aurora Terra for the farm", 1_270, NAM, 40, "Send price list", Some(6), 2, 2),
    ("Trường quốc tế Phú Mỹ", "Education", "2 × Aurora Vega for staff", 2_240, HA, 61, "Meet the bursar", Some(8), 5, 5),
];
const CONFIGURE: &[Row] = &[
    ("Lê Minh Khoa", "", "Aurora Lumen · leather, two-tone", 1_660, NAM, 22, "Review configuration AL-7K2Q", Some(0), 2, 1),
    ("Đặng Gia Huy", "", "Aurora Terra, towing 3.2 t", 1_310, VY, 29, "Send repair options", Some(4), 4, 2),
    ("Khách sạn Biển Xanh", "Hospitality", "4 × Aurora Vega shuttle", 4_400, NAM, 58, "Fleet discount approval", Some(-3), 14, 3),
    ("Trần Ngọc Anh", "", "Aurora Mira, upholstered", 740, KHANH, 25, "Colour sample", Some(5), 1, 1),
    ("Nguyễn Hữu Đạt", "", "Aurora Vega, safety pack", 1_145, HA, 31, "Compare two trims", Some(1), 3, 3),
    ("Nội thất Lộc Vừng", "Retail", "2 × Aurora Terra, canopy", 2_680, KHANH, 44, "Tính giá thùng kín", Some(2), 5, 4),
    ("Phan Thanh Thúy", "", "Aurora Lumen, home charger", 1_495, VY, 36, "", None, 8, 6),
    ("Du lịch Cát Tường", "Tourism", "3 × Aurora Vega, tour guides", 3_330, NAM, 52, "Colours for the fleet", Some(7), 6, 4),
];
const DRIVE: &[Row] = &[
    ("Bùi Đức Long", "", "Aurora Terra · drove last week", 1_280, HA, 17, "Ask how the drive was", Some(0), 3, 3),
    ("Hoàng Thu Trang", "", "Aurora Lumen", 1_590, NAM, 24, "Second drive, 9:00", Some(6), 2, 2),
    ("Xây dựng Tân Phú", "Construction", "2 × Aurora Terra", 2_620, VY, 52, "Site demo", Some(1), 5, 4),
    ("Vũ Hoàng Yến", "", "Aurora Mira, city driving", 715, KHANH, 20, "Book test drive", Some(2), 1, 1),
    ("Trần Quốc Thịnh", "", "Aurora Vega, with the parents", 1_120, NAM, 27, "Drive with family", Some(6), 4, 2),
    ("Công nghệ Bách Việt", "Technology", "2 × Aurora Lumen, management", 3_080, HA, 38, "Charging plan for the garage", Some(3), 9, 7),
];
const QUOTE: &[Row] = &[
    ("Ngô Bảo Châu", "", "Aurora Lumen · quote Q-1182 v2", 1_470, NAM, 12, "Call before it expires", Some(0), 4, 2),
    ("Vận tải Phương Nam", "Logistics", "2 × Aurora Terra · quote Q-1179", 2_710, KHANH, 18, "Waiting for finance", Some(-2), 10, 6),
    ("Đỗ Khánh Vy", "", "Aurora Vega · quote Q-1190", 980, HA, 20, "Explain lead time", Some(3), 1, 1),
    ("Lê Thị Bích Hạnh", "", "Aurora Mira · quote Q-1188", 705, VY, 15, "Gọi trước khi báo giá hết hạn", Some(1), 3, 2),
    ("Cơ khí Thành Công", "Manufacturing", "3 × Aurora Terra · quote Q-1175", 3_870, NAM, 23, "Answer on payment terms", Some(2), 6, 3),
];
const NEGOTIATE: &[Row] = &[
    ("Trịnh Hải Nam", "", "Aurora Lumen · trade-in agreed, leather pack", 1_510, NAM, 7, "Sign at 16:30", Some(0), 1, 1),
    ("Cà phê Mộc", "Retail", "Aurora Mira × 1", 690, VY, 9, "Bank approval", Some(2), 2, 2),
    ("Nguyễn Phúc Lâm", "", "Aurora Vega · paid in cash", 1_160, HA, 11, "Agree delivery day", Some(1), 3, 1),
];

/// All of them.
#[must_use]
pub fn deals() -> Vec<Hand> {
    [QUALIFY, CONFIGURE, DRIVE, QUOTE, NEGOTIATE]
        .into_iter()
        .enumerate()
        .flat_map(|(stage, rows)| {
            rows.iter().map(move |&(account, segment, name, amount, owner, close, step, step_in, age, contact)| Hand {
                account,
                segment,
                name,
                amount,
                owner,
                stage,
                close,
                step,
                step_in,
                age,
                contact,
            })
        })
        .collect()
}
