//! Folding of text so that search and sorting find words with and without diacritics, and phones by their last digits.

/// `c` without case and diacritics; `None` where nothing remains (combining marks).
///
/// Covers Latin as used in Europe and Vietnam; other letters are only lower-cased.
fn fold_char(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{300}'..='\u{36f}' => "",
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' | 'ạ' | 'ả' | 'ấ' | 'ầ' | 'ẩ' | 'ẫ' | 'ậ' | 'ắ' | 'ằ' | 'ẳ' | 'ẵ' | 'ặ' => {
            "a"
        }
        'æ' => "ae",
        'ç' | 'ć' | 'č' => "c",
        'đ' | 'ď' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ẹ' | 'ẻ' | 'ẽ' | 'ế' | 'ề' | 'ể' | 'ễ' | 'ệ' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'ı' | 'ỉ' | 'ị' | 'ĩ' => "i",
        'ł' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' | 'ơ' | 'ọ' | 'ỏ' | 'ố' | 'ồ' | 'ổ' | 'ỗ' | 'ộ' | 'ớ' | 'ờ' | 'ở' | 'ỡ' | 'ợ' => {
            "o"
        }
        'œ' => "oe",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ß' => "ss",
        'ť' | 'ţ' | 'ț' => "t",
        'þ' => "th",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' | 'ũ' | 'ư' | 'ụ' | 'ủ' | 'ứ' | 'ừ' | 'ử' | 'ữ' | 'ự' => "u",
        'ý' | 'ÿ' | 'ỳ' | 'ỷ' | 'ỹ' | 'ỵ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        _ => return None,
    })
}

/// `text` in lower case and without diacritics: `Đặng Gia Huy` → `dang gia huy`.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match fold_char(c) {
            Some(s) => folded.push_str(s),
            None => folded.push(c),
        }
    }
    folded
}

/// The words to find a record by: folded, split at everything that is neither letter nor digit, each once.
#[must_use]
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    let mut words: Vec<String> = Vec::new();
    for word in folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        let word: String = word.chars().take(40).collect();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

/// The digits of a phone number from the last to the first, so that its end can be searched as a prefix.
#[must_use]
pub fn reversed_digits(phone: &str) -> String {
    phone.chars().rev().filter(char::is_ascii_digit).collect()
}

/// Up to two letters to stand for a person: of first and last word, as the name is written.
#[must_use]
pub fn initials(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|w| w.chars().find(|c| c.is_alphanumeric()));
    let first = words.next();
    let last = words.next_back();
    first.into_iter().chain(last).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, folded: &str) {
        assert_eq!(fold(text), folded);
    }

    #[test]
    fn diacritics_and_case_fold_away() {
        check("Đặng Gia Huy", "dang gia huy");
        check("NGUYỄN THỊ HƯƠNG", "nguyen thi huong");
        check("Thử nghiệm kỹ thuật", "thu nghiem ky thuat");
        check("Müller & Søn Łódź", "muller & son lodz");
        check("Straße", "strasse");
        check("e\u{302}\u{301}", "e");
        check("Ω-7", "ω-7");
    }

    #[test]
    fn all_vietnamese_vowels_fold_to_ascii() {
        let vowels = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđ";
        assert!(fold(vowels).is_ascii(), "{}", fold(vowels));
        assert!(fold(&vowels.to_uppercase()).is_ascii());
    }

    #[test]
    fn words_are_split_and_unique() {
        assert_eq!(words("Công ty Sao Mai (Sao-Mai), Q.7"), ["cong", "ty", "sao", "mai", "q", "7"]);
    }

    #[test]
    fn phones_are_found_by_their_end() {
        assert_eq!(reversed_digits("+84 903 123 456"), "65432130948");
    }

    #[test]
    fn initials_take_first_and_last() {
        assert_eq!(initials("Lê Minh Nam"), "LN");
        assert_eq!(initials("Đỗ"), "Đ");
        assert_eq!(initials(""), "");
    }
}
