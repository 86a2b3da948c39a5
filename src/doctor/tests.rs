//! The doctor on machines that are folders: `tests/machines.txt` describes each, and says
//! what it is to find there.

mod tree;

use std::path::PathBuf;

use super::*;
use crate::doctor::facts::Disk;
use tree::Tree;

/// Every machine, from its title to the next.
fn machines() -> Vec<(&'static str, Vec<&'static str>)> {
    let text = include_str!("tests/machines.txt");
    let sections = text.split("\n== ").skip(1);
    let machines = sections.map(|section| {
        let mut lines = section.lines();
        let title = lines.next().unwrap();
        (title, lines.filter(|line| !line.is_empty()).collect())
    });
    machines.collect()
}

/// What is found on a machine, as it is printed, and what is wanted there.
fn check(title: &str, lines: &[&str]) {
    let tree = Tree::new();
    let root = tree.root().to_str().unwrap();
    let mut facts = Facts {
        now: 1_700_000_000,
        installed: Some(1_600_000_000),
        disks: Vec::new(),
    };
    let mut asker = Asker::Person;
    let own = std::process::id().to_string();
    let (mut config, mut wanted) = (String::new(), Vec::new());
    for line in lines {
        let line = line.replace("{root}", root).replace("{own}", &own);
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("config", text) => config.push_str(&format!("{text}\n")),
            ("asker", "gateway") => asker = Asker::Gateway,
            ("clock", text) => facts.now = text.parse().unwrap(),
            ("disk", text) => facts.disks.push(disk(text)),
            (">", text) => wanted.push(text.to_owned()),
            _ => tree.add(&line),
        }
    }
    let config = Config::parse(&config, "config.toml");
    let text = as_text(&examine(tree.root(), &config, &facts, asker));
    let found = text.replace(root, "");
    let found: Vec<&str> = found.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(found, wanted, "{title}");
    // What cannot be shorter has a path in it.
    let long = found
        .iter()
        .find(|line| line.chars().count() > 80 && !line.contains("/dev/"));
    assert_eq!(long, None, "{title}");
}

/// `/ 100 2000`: a folder, what is free there and what there is, in MB.
fn disk(text: &str) -> Disk {
    let words: Vec<&str> = text.split(' ').collect();
    let megabytes = |text: &str| text.parse::<u64>().unwrap() * 1024 * 1024;
    Disk {
        folder: PathBuf::from(words[0]),
        free: megabytes(words[1]),
        size: megabytes(words[2]),
    }
}

#[test]
fn every_machine_has_what_is_written_below_it() {
    let machines = machines();
    assert!(machines.len() > 30);
    machines
        .iter()
        .for_each(|(title, lines)| check(title, lines));
}

#[test]
fn json_has_the_same_findings() {
    let finding = Finding::problem("x", "x is wrong", "set it right");
    let wanted = r#"{"severity":"problem","id":"x","what":"x is wrong","cure":"set it right"}"#;
    assert_eq!(finding.json().to_string(), wanted);
    let fine = Finding::fine("y", "y is right");
    let wanted = r#"{"severity":"fine","id":"y","what":"y is right","cure":null}"#;
    assert_eq!(fine.json().to_string(), wanted);
}

/// The kernel's tables are in the machine's byte order.
#[cfg(target_endian = "little")]
#[test]
fn an_address_in_use_names_the_program() {
    let lines = include_str!("tests/listening.txt")
        .lines()
        .collect::<Vec<_>>();
    check("addresses in use", &lines);
}
