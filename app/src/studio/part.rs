//! Which part of a version is in the editor; the address says so.

use crate::api;

/// A part of a version that is edited by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Part {
    #[default]
    About,
    Steps,
    Attributes,
    /// The group with this code.
    Group(String),
    /// The rule with this code.
    Rule(String),
    /// The price list with this code.
    Prices(String),
    Cases,
    Check,
    History,
}

impl Part {
    /// As in the address.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.split_once('/') {
            Some(("group", code)) => Self::Group(code.to_owned()),
            Some(("rule", code)) => Self::Rule(code.to_owned()),
            Some(("prices", code)) => Self::Prices(code.to_owned()),
            Some(_) => return None,
            None => match text {
                "about" => Self::About,
                "steps" => Self::Steps,
                "attributes" => Self::Attributes,
                "cases" => Self::Cases,
                "check" => Self::Check,
                "history" => Self::History,
                _ => return None,
            },
        })
    }

    /// For the address.
    pub fn text(&self) -> String {
        match self {
            Self::About => "about".to_owned(),
            Self::Steps => "steps".to_owned(),
            Self::Attributes => "attributes".to_owned(),
            Self::Cases => "cases".to_owned(),
            Self::Check => "check".to_owned(),
            Self::History => "history".to_owned(),
            Self::Group(code) => format!("group/{code}"),
            Self::Rule(code) => format!("rule/{code}"),
            Self::Prices(code) => format!("prices/{code}"),
        }
    }

    /// Its query, for links.
    pub fn query(&self) -> String {
        format!("part={}", api::encode(&self.text()))
    }
}

#[cfg(test)]
mod tests {
    use super::Part;

    #[test]
    fn an_address_leads_back_to_its_part() {
        let coded = [Part::Group("paint".into()), Part::Rule("r-1".into()), Part::Prices("vn-2026".into())];
        let plain = [Part::About, Part::Steps, Part::Attributes, Part::Cases, Part::Check, Part::History];
        for part in coded.into_iter().chain(plain) {
            assert_eq!(Part::parse(&part.text()), Some(part));
        }
        assert_eq!(Part::parse("groups/paint"), None);
        assert_eq!(Part::parse("elsewhere"), None);
    }
}
