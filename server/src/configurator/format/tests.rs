//! Small models in each format: what they allow, by a diagram and one by one, and what is said of those that are not well-formed.

use muster_shared::configurator::compile::{CAP, compile};
use muster_shared::configurator::problem::{Constraint, Value};

use super::*;

fn model(text: &str) -> Imported {
    read(text.as_bytes(), "model").unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// All configurations, found one by one.
fn configurations(model: &Imported) -> Vec<Vec<Value>> {
    let domains = &model.problem.domains;
    let mut found = Vec::new();
    let mut configuration = vec![0; domains.len()];
    loop {
        if model.problem.constraints.iter().all(|constraint| constraint.holds(&configuration)) {
            found.push(configuration.clone());
        }
        let Some(next) = (0..domains.len()).find(|var| configuration[*var] + 1 < domains[*var]) else { return found };
        configuration[..next].fill(0);
        configuration[next] += 1;
    }
}

#[track_caller]
fn check(text: &str, count: u128) -> Imported {
    let model = model(text);
    let names: Vec<usize> = model.vars.iter().map(|var| var.values.len()).collect();
    let domains: Vec<usize> = model.problem.domains.iter().map(|size| *size as usize).collect();
    assert_eq!(names, domains, "labels and domains\n{text}");
    assert_eq!(configurations(&model).len() as u128, count, "one by one\n{text}");
    let diagram = compile(&model.problem, CAP).expect("is small");
    assert_eq!(diagram.count().to_u128(), Some(count), "by the diagram\n{text}");
    model
}

#[track_caller]
fn refused(text: &str, said: &str) {
    match read(text.as_bytes(), "model") {
        Ok(model) => panic!("{said}: was read as {model:?}"),
        Err(error) => assert!(error.to_string().contains(said), "`{error}` does not say `{said}`\n{text:.1000}"),
    }
}

#[test]
fn the_content_tells_the_format() {
    for (text, format) in [
        ("\u{feff}<?xml version='1.0'?>\n<instance><domains><domain name='d'>1</domain></domains></instance>", Format::Xcsp),
        ("<extendedFeatureModel><struct><feature name='A'/></struct></extendedFeatureModel>", Format::FeatureIde),
        ("<featureModel><struct><feature name='A'/></struct></featureModel>", Format::FeatureIde),
        ("c a comment\n\np cnf 1 0\n", Format::Dimacs),
        ("// a comment\nfeatures\n\tA\n", Format::Uvl),
        ("namespace N\nfeatures\n\tA\n", Format::Uvl),
    ] {
        assert_eq!(model(text).format, format, "{text}");
    }
    for text in ["", "hello", "<html/>", "p sat 3"] {
        refused(text, "none of the formats");
    }
    assert_eq!(read(b"p cnf 1 0\n\xff", "m"), Err(Error::NotText(10)));
    refused("<instance><domains></instance>", "line 1: this is not well-formed XML");
    refused("<!DOCTYPE x [<!ENTITY a 'b'>]>\n<instance>&a;</instance>", "take the <!DOCTYPE ...> out");
}

#[test]
fn dimacs_counts_what_its_clauses_allow() {
    for (text, count) in [
        ("p cnf 3 0\n", 8),
        ("p cnf 3 2\n1 2\n3 0 -1\n0\n", 3),
        ("p cnf 2 1\n1 -1 0\n", 4),
        ("p cnf 1 1\n0\n", 0),
        ("c 2 wheel\nc plain words\nc\np cnf 2 1\n-2 0\n%\n0\n", 2),
    ] {
        check(text, count);
    }
    let model = model("c 1 Alloy wheels\nc 1 again\nc 3 Alloy wheels\nc 9 of no variable\np cnf 3 0");
    assert_eq!(model.vars.iter().map(|var| var.name.as_str()).collect::<Vec<_>>(), ["Alloy wheels", "2", "Alloy wheels (3)"]);
    assert!(model.is_boolean && model.vars.iter().all(|var| var.none == Some(0)));
}

#[test]
fn a_dimacs_file_that_is_not_whole_is_refused_by_line() {
    for (text, said) in [
        ("1 0\np cnf 1 1\n", "line 1: a clause before"),
        ("p cnf 1\n", "line 1: `p cnf 1` should be"),
        ("p cnf 1 x\n", "line 1: `p cnf 1 x` should have two numbers"),
        ("p cnf 1 0\np cnf 1 0\n", "line 2: a second line"),
        ("p cnf 2 1\n1 3 0\n", "line 2: variable 3 is beyond the 2"),
        ("p cnf 2 1\n1 a 0\n", "line 2: `a` is no number"),
        ("p cnf 2 1\n1\n2\n", "line 3: the last clause has no 0"),
        ("p cnf 2 2\n1 0\n", "1 clauses where the line `p cnf` announces 2"),
        ("p cnf 9999999999 0\n", "more than 100000 variables"),
        ("p cnf 1 1\n-9223372036854775808 0\n", "line 2: variable 9223372036854775808"),
    ] {
        refused(text, said);
    }
}

fn xcsp(relation: &str, constraint: &str) -> String {
    format!(
        "<instance>\n<presentation format='XCSP 2.1' name='car'/>\n<domains nbDomains='2'><domain name='d' nbValues='4'>0..2 7</domain>
         <domain name='e' nbValues='2' optional='-1'>-1 0</domain></domains>
         <variables><variable name='a' domain='d'/><variable name='b' domain='e'/></variables>
         <relations>{relation}</relations>\n<constraints>{constraint}</constraints></instance>"
    )
}

#[test]
fn xcsp_tables_allow_or_forbid() {
    let table = |semantics: &str, rows: &str| {
        format!("<relation name='r' arity='2' nbTuples='{}' semantics='{semantics}'>{rows}</relation>", rows.split('|').count())
    };
    let constraint = "<constraint name='c' arity='2' scope='a b' reference='r'/>";
    for (relation, constraint, count) in [
        (String::new(), "", 8),
        (table("supports", "0 -1 | 7 0"), constraint, 2),
        (table("conflicts", "0 -1 | 7 0"), constraint, 6),
        // A value that the variable does not have.
        (table("supports", "0 -1 | 5 0"), constraint, 1),
        (table("conflicts", "0 -1 | 5 0"), constraint, 7),
        (table("supports", "0 -1<!-- and -->| 7 0"), constraint, 2),
    ] {
        let model = check(&xcsp(&relation, constraint), count);
        assert_eq!((model.name.as_str(), model.is_boolean), ("car", false));
        assert_eq!((model.vars[0].none, model.vars[1].none), (None, Some(0)));
        assert_eq!(model.vars[0].values, ["0", "1", "2", "7"]);
    }
}

#[test]
fn an_xcsp_file_that_does_not_hold_together_is_refused_by_line() {
    let good = "<relation name='r' arity='2' semantics='supports'>0 -1</relation>";
    for (relation, constraint, said) in [
        ("<relation name='r' arity='2' semantics='soft'>0 -1</relation>", "", "<relation>: semantics is supports or conflicts, not soft"),
        ("<relation name='r' semantics='supports'>0 -1</relation>", "", "line 6: <relation>: the attribute arity is missing"),
        ("<relation name='r' arity='0' semantics='supports'/>", "", "arity is a number from 1"),
        ("<relation name='r' arity='2' semantics='supports'>0 -1|0</relation>", "", "the row `0` has not 2 values"),
        ("<relation name='r' arity='2' semantics='supports'>0 x</relation>", "", "`x` is no whole number"),
        ("<relation name='r' arity='2' nbTuples='3' semantics='supports'>0 1</relation>", "", "nbTuples says 3 rows, 1 are there"),
        (good, "<constraint name='c' scope='a b' reference='s'/>", "line 7: <constraint>: `s` is no relation"),
        (good, "<constraint name='c' scope='a' reference='r'/>", "it names 1 variables, and r has 2 columns"),
        (good, "<constraint name='c' scope='a z' reference='r'/>", "there is no variable z"),
        (good, "<constraint name='c' scope='a a' reference='r'/>", "it names a twice"),
        (good, "<constraint name='c' scope='a b' reference='global:allDifferent'/>", "as a table"),
    ] {
        refused(&xcsp(relation, constraint), said);
    }
    for (domain, said) in [
        ("<domain name='d'>3..1</domain>", "the range 3..1 ends before"),
        ("<domain name='d'>0..9999999999</domain>", "more than 1000000 values"),
        ("<domain name='d'>-9223372036854775808..9223372036854775807</domain>", "more than 1000000 values"),
        ("<domain name='d'>1 1</domain>", "the value 1 is there twice"),
        ("<domain name='d'/>", "at least one value"),
        ("<domain name='d' nbValues='3'>1 2</domain>", "nbValues says 3 values, 2 are there"),
        ("<domain>1</domain>", "the attribute name is missing"),
        ("<domain name='d'>1</domain><domain name='d'>1</domain>", "the domain d is there twice"),
    ] {
        refused(&format!("<instance><domains>{domain}</domains></instance>"), said);
    }
    refused("<instance format='XCSP3' type='CSP'/>", "the format is XCSP3; save it as XCSP 2.1");
}

fn feature_ide(features: &str, rules: &str) -> String {
    format!("<featureModel>\n<struct>{features}</struct>\n<constraints>{rules}</constraints></featureModel>")
}

const THREE: &str = "<and name='R'><feature name='A'/><feature name='B'/><feature name='C'/></and>";

#[test]
fn feature_ide_groups_allow_what_they_say() {
    for (features, count) in [
        ("<feature name='R'/>", 1),
        (THREE, 8),
        ("<and name='R'><feature mandatory='true' name='A'/><feature name='B'/></and>", 2),
        ("<or name='R'><feature name='A'/><feature name='B' mandatory='true'/></or>", 3),
        ("<alt name='R'><feature name='A'/><feature name='B'/><feature name='C'/></alt>", 3),
        ("<and name='R'><alt name='G'><feature name='A'/><feature name='B'/></alt><description>words</description></and>", 3),
        // Each feature counts, abstract and hidden ones too.
        ("<and name='R'><or abstract='true' name='G'><feature hidden='true' name='A'/><feature name='B'/></or></and>", 4),
    ] {
        check(&feature_ide(features, ""), count);
    }
}

#[test]
fn feature_ide_rules_hold() {
    let [a, b, c] = ["<var>A</var>", "<var>B</var>", "<var> C </var>"];
    for (rule, count) in [
        (a.to_owned(), 4),
        (format!("<not>{a}</not>"), 4),
        (format!("<description>why</description><imp>{a}{b}</imp>"), 6),
        (format!("<eq>{a}<not>{b}</not></eq>"), 4),
        (format!("<conj>{a}{b}{c}</conj>"), 1),
        (format!("<disj>{a}{b}{c}</disj>"), 7),
        (format!("<disj>{a}{b}</disj>"), 6),
        (format!("<atmost1>{a}{b}{c}</atmost1>"), 4),
        (format!("<imp>{a}<conj>{b}<disj>{c}<not>{b}</not></disj></conj></imp>"), 5),
    ] {
        check(&feature_ide(THREE, &format!("<rule>{rule}</rule>")), count);
    }
}

#[test]
fn feature_ide_numbers_are_weights() {
    let features = "<and name='R'><attribute name='Price' type='double'/>
        <feature name='A'><attribute name='Price' type='double' value='1.5'/><attribute name='Eco' type='boolean' value='true'/></feature>
        <feature name='B'><attribute name='Price' type='double' value='1089.0'/><attribute name='kcal' type='long' value='70'/></feature></and>";
    let model = check(&feature_ide(features, ""), 4);
    assert_eq!(model.decimals, BTreeMap::from([("Price".to_owned(), 1), ("kcal".to_owned(), 0)]));
    assert_eq!(model.vars[1].weights, BTreeMap::from([("Price".to_owned(), vec![0, 15])]));
    assert_eq!(model.vars[2].weights, BTreeMap::from([("Price".to_owned(), vec![0, 10_890]), ("kcal".to_owned(), vec![0, 70])]));
    assert!(model.notes[0].starts_with("line 3: the attribute Eco") && model.notes.len() == 1, "{:?}", model.notes);
}

#[test]
fn a_feature_ide_file_that_does_not_hold_together_is_refused_by_line() {
    for (features, rules, said) in [
        ("", "", "line 2: <struct>: there is no feature"),
        ("<feature name='R'/><feature name='S'/>", "", "a second root"),
        ("<and name='R'><feature/></and>", "", "a feature has no name"),
        ("<and name='R'><feature name='A'/>\n<feature name='A'/></and>", "", "line 3: the feature `A` is there already, in line 2"),
        ("<and name='R'><xor name='A'/></and>", "", "<xor> is nothing that a feature has"),
        ("<feature name='R'><feature name='A'/></feature>", "", "make it <and>, <or> or <alt>"),
        ("<feature name='R'><attribute name='p' type='long' value='x'/></feature>", "", "p: `x` is no number"),
        (
            "<feature name='R'><attribute name='p' type='double' value='1e9'/><attribute name='q' type='double' value='1e15'/></feature>",
            "",
            "q of `R` has too many digits",
        ),
        (THREE, "<rule><var>Z</var></rule>", "line 3: <var>: there is no feature `Z`"),
        (THREE, "<rule><imp><var>A</var></imp></rule>", "<imp>: it has two parts"),
        (THREE, "<rule><not><var>A</var><var>B</var></not></rule>", "<not>: it has one part"),
        (THREE, "<rule><atleast2><var>A</var></atleast2></rule>", "<atleast2>: this expression is not read"),
        (THREE, "<rule/>", "a rule has one expression"),
        (THREE, "<var>A</var>", "only <rule> is read here"),
    ] {
        refused(&feature_ide(features, rules), said);
    }
    let deep = |open: &str, close: &str| format!("{}<var>A</var>{}", open.repeat(5_000), close.repeat(5_000));
    refused(&feature_ide(THREE, &format!("<rule>{}</rule>", deep("<not>", "</not>"))), "inside each other");
    let names: String = (0..5_000).map(|number| format!("<and name='{number}'>")).collect();
    refused(&feature_ide(&format!("{names}{}", "</and>".repeat(5_000)), ""), "inside each other");
}

#[test]
fn uvl_groups_allow_what_they_say() {
    for (text, count) in [
        ("features\n R\n", 1),
        ("features\n R\n  mandatory\n   A\n  optional\n   B\n   C\n", 4),
        ("features\n\tR\n\t\tor\n\t\t\tA\n\t\t\tB\n\n\t\t\tC", 7),
        ("features\r\n  R {abstract}\r\n    alternative // one of them\r\n      A\r\n      \"B c\"\r\n", 2),
        ("features\n R\n  [1..2]\n   A\n   B\n   C\n", 6),
        ("features\n R\n  [2]\n   A\n   B\n   C\n", 3),
        ("features\n R\n  [2..*]\n   A\n   B\n   C\n", 4),
        ("features\n R\n  [0..1]\n   A\n   B\n", 3),
        ("features\n R\n  optional\n   A\n    alternative\n     B\n     C\n  optional\n   D\n", 6),
        ("include\n  Boolean\nnamespace N\nfeatures\n R /* a\n comment */\n  optional\n   Boolean A\n", 2),
        ("features\n R {a 1,\n b 'x', c true, d {e 2}, f [1, [2]]}\n  optional\n   A\n", 2),
        ("features\n R {constraint !A}\n  optional\n   A\n   B {constraints [B => A, A | B]}\n", 0),
    ] {
        check(text, count);
    }
}

/// Three optional features, with numbers and texts; one of them must be there for the others.
fn uvl(condition: &str) -> String {
    format!(
        "features\n R\n  optional\n   A {{Price 1.5, Maker 'x', Is true}}\n   B {{Price 2, Maker 'y'}}\n   C {{Price -1}}\n   D\nconstraints\n {condition}\n"
    )
}

#[test]
fn uvl_conditions_hold() {
    for (condition, count) in [
        ("A", 8),
        ("!A & B", 4),
        ("!(A & B)", 12),
        ("A | B & C", 10),
        ("A => B", 12),
        ("A => B => C", 10),
        ("A <=> B | C", 8),
        ("A <=> B <=> C", 8),
        ("((A)) & (A | B)", 8),
        ("A.Is & B", 4),
    ] {
        check(&uvl(condition), count);
    }
}

#[test]
fn uvl_numbers_are_compared_exactly() {
    for (condition, count) in [
        // The sums: none 0, A 1.5, B 2, C -1, AB 3.5, AC 0.5, BC 1, ABC 2.5, each with and without D.
        ("sum(Price) < 2", 10),
        ("sum(Price) <= 2", 12),
        ("sum(Price) == 2.5", 2),
        ("sum(Price) != 2.5", 14),
        ("2 < sum(Price)", 4),
        ("sum(Price) * 2 >= 7 / 2", 6),
        ("sum(R, Price) - 1.5 > 0", 6),
        ("sum(A, Price) > 1", 8),
        ("D => sum(Price) < 1", 11),
        ("!(sum(Price) > 1 | sum(Price) < 0)", 6),
        ("sum(Price) == 2.5 <=> D", 8),
        ("D => sum(Price) == 1", 9),
        ("D => sum(Price) != 1", 15),
        ("A.Price > 1", 8),
        ("A.Price + B.Price < 3", 12),
        ("A.Price + B.Price < 3 & A.Is", 4),
        ("A.Price - A.Price == 0", 16),
        ("(A.Price + 1) * (2 - 1) > 2", 8),
        ("-A.Price < -1", 8),
        ("sum(Price) < 100", 16),
        ("sum(Price) < -100", 0),
        ("D => sum(Price) < 100", 16),
        ("D => sum(Price) < -100", 8),
        ("A.Maker == 'x'", 8),
        ("A.Maker == B.Maker", 0),
        ("A.Maker != 'x'", 8),
        ("'a' == 'a'", 16),
    ] {
        let text = uvl(condition);
        let model = model(&text);
        // A helper is determined: without it, no two configurations are alike.
        let mut seen = std::collections::HashSet::new();
        for mut configuration in configurations(&model) {
            configuration.truncate(5);
            assert!(seen.insert(configuration), "{condition}");
        }
        check(&text, count);
    }
}

#[test]
fn typed_features_stand_for_the_regions_that_conditions_tell_apart() {
    let typed = |kind: &str, condition: &str| {
        format!("features\n R\n  mandatory\n   {kind} N\n  optional\n   A {{Size 3, Maker 'x'}}\nconstraints\n {condition}\n")
    };
    for (kind, condition, labels, count) in [
        ("Integer", "N > 22 => !A", &["≤ 21", "22", "≥ 23"][..], 5),
        ("Integer", "N > 22.5 => !A", &["≤ 22", "≥ 23"], 3),
        ("Integer", "N * 2 >= 5 => !A", &["≤ 2", "≥ 3"], 3),
        ("Integer", "N >= 1 & N <= 4", &["≤ 0", "1", "2 … 3", "4", "≥ 5"], 6),
        ("Integer", "N == 1 | N == 2", &["≤ 0", "1", "2", "≥ 3"], 4),
        ("Real", "N > 22.5 => !A", &["< 22.5", "22.5", "> 22.5"], 5),
        ("Real", "N > 1 & N < 2", &["< 1", "1", "> 1 and < 2", "2", "> 2"], 2),
        ("Real", "3 - N > 1", &["< 2", "2", "> 2"], 2),
        // Without A the size counts as 0.
        ("Integer", "N > A.Size", &["≤ -1", "0", "1 … 2", "3", "≥ 4"], 4),
        ("String", "A => N == A.Maker", &["'x'", "another text"], 3),
        ("String", "N == 'a' | N == 'b'", &["'a'", "'b'", "another text"], 4),
        ("String", "A => N != 'a'", &["'a'", "another text"], 3),
        ("Integer", "A => N", &["yes"], 2),
    ] {
        let model = check(&typed(kind, condition), count);
        assert_eq!(model.vars[1].values[1..], *labels, "{condition}");
        assert_eq!(model.vars[1].none, Some(0));
        assert!(model.notes.iter().any(|note| note.starts_with("line 4:")), "{:?}", model.notes);
    }
    // What is not there counts as 0.
    check("features\n R\n  optional\n   Integer N\nconstraints\n N < 5\n", 2);
    check("features\n R\n  optional\n   Integer N\nconstraints\n N > 5\n", 1);
}

#[test]
fn what_uvl_says_and_the_model_does_not_is_noted_by_line() {
    let model = check("features\n R\n  optional\n   A cardinality [1..5] {Maker 'x'}\n    optional\n     B\n   Integer N\n", 6);
    let starts: Vec<&str> = model.notes.iter().map(|note| note.split_inclusive(' ').take(3).last().unwrap_or_default().trim()).collect();
    assert_eq!((model.notes.len(), starts), (3, vec!["`A`", "the", "no"]), "{:?}", model.notes);
    assert!(model.notes[0].contains("line 4") && model.notes[0].contains("[1..5]"), "{:?}", model.notes);
}

#[test]
fn a_uvl_file_that_cannot_be_carried_is_refused_by_line() {
    for (text, said) in [
        ("features\n", "line 1: there is no feature"),
        ("features\n A\n B\n", "line 3: a second root"),
        ("features\n R\n  A\n", "line 3: below a feature stands a group"),
        ("features\n R\n  or\n", "line 2: a group of `R` has no features"),
        ("features\n R\n  [3]\n   A\n", "asks for 3 features and has 1"),
        ("features\n R\n  [3..1]\n   A\n", "[3..1] ends before it begins"),
        ("features\n R\n  or\n   A\n   A\n", "line 5: the feature `A` is there already, in line 4"),
        ("features\n R\n  or\n    A\n   B\n", "line 5: it is set in otherwise"),
        ("features\n R extra\n", "line 2: the end of the line should be here, not `extra`"),
        ("features\n R {a\n", "line 2: `{` is never closed"),
        ("features\n R {a: 1}\n", "line 2: `:` is nothing in UVL"),
        ("features\n R {a ]}\n", "line 2: `]` closes nothing"),
        ("features\n \"R\n", "line 2: the quote \" is not closed"),
        ("features\n R /* x\n", "line 2: the comment"),
        ("imports\n other as o\nfeatures\n R\n", "line 1: imports of other files are not read"),
        ("features\n R\nfeatures\n S\n", "line 3: a second section `features`"),
        ("features\n R\nconstraint\n R\n", "line 3: a section is"),
        (&uvl("Z"), "line 9: there is no feature or attribute of that kind called `Z`"),
        (&uvl("A &"), "line 9: a name should be here, not the end of the line"),
        (&uvl("A B"), "line 9: the end of the line should be here, not `B`"),
        (&uvl("(A"), "line 9: `(` is never closed"),
        (&uvl("A > 3"), "`A` is there or not and no number"),
        (&uvl("A.Price < 'x'"), "a text is compared with a number"),
        (&uvl("A.Maker < 'x'"), "texts are compared with == and != only"),
        (&uvl("avg(Price) < 3"), "line 9: avg() is not read"),
        (&uvl("sum(Weight) < 3"), "no feature that is meant has a number for the attribute `Weight`"),
        (&uvl("A.Price * B.Price < 3"), "are multiplied"),
        (&uvl("A.Price / 0 < 3"), "divided by something else"),
        (&uvl("A.Price < 123456789012345678901"), "too many digits"),
        (&uvl("A.Price * 100000000000000000 * 100000 > 1"), "too many digits"),
        ("features\n R\n  optional\n   Integer N\n   Integer M\nconstraints\n N < M\n", "line 7: two typed features"),
        ("features\n R\n  optional\n   String N\n   String M\nconstraints\n N == M\n", "line 7: two texts that are both free"),
    ] {
        refused(text, said);
    }
    for condition in [
        format!("{}A{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("{}A", "!".repeat(10_000)),
        "A => ".repeat(10_000) + "A",
        format!("{}1{} < 2", "(".repeat(10_000), ")".repeat(10_000)),
        "1".to_owned() + &" * 1".repeat(10_000) + " < 2",
    ] {
        refused(&uvl(&condition), "parts inside each other");
    }
    let braces = format!("features\n R {}{}\n", "{a ".repeat(10_000), "}".repeat(10_000));
    refused(&braces, "line 2: ");
}

#[test]
fn bytes_cut_anywhere_are_refused_or_read_but_never_more() {
    let files = [
        uvl("D => sum(Price) == 1 & A.Maker != 'x'"),
        feature_ide(THREE, "<rule><imp><var>A</var><var>B</var></imp></rule>"),
        xcsp("<relation name='r' arity='2' semantics='supports'>0 -1</relation>", "<constraint name='c' scope='a b' reference='r'/>"),
        "c 1 root\np cnf 3 2\n1 2 0\n-1 3 0\n".to_owned(),
    ];
    for text in files {
        for end in 0..text.len() {
            if let Ok(model) = read(&text.as_bytes()[..end], "cut") {
                assert_eq!(model.vars.len(), model.problem.domains.len());
                for constraint in &model.problem.constraints {
                    assert!(constraint.scope().iter().all(|var| *var < model.vars.len()));
                }
            }
        }
    }
}

#[test]
fn a_large_table_is_read() {
    let rows: Vec<String> = (0..50_000).map(|row| format!("{} {} {}", row % 324, row / 324 % 324, row % 7)).collect();
    let text = format!(
        "<instance><domains><domain name='d'>0..323</domain></domains><variables><variable name='a' domain='d'/><variable name='b' domain='d'/>
         <variable name='c' domain='d'/></variables><relations><relation name='r' arity='3' nbTuples='50000' semantics='supports'>{}</relation>
         </relations><constraints><constraint name='c' scope='a b c' reference='r'/></constraints></instance>",
        rows.join("|")
    );
    let model = model(&text);
    let Constraint::Table { rows, .. } = &model.problem.constraints[0] else { panic!("a table") };
    assert_eq!((rows.len(), &rows[49_999]), (50_000, &vec![103, 154, 5]));
}
