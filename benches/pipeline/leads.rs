//! Invented leads as NDJSON, the same on every run.

use std::fmt::Write;

/// A small fixed generator, so that every run and every machine sees the same leads.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.roll(words.len() as u64) as usize]
    }
}

/// `count` leads, one object a line, about a tenth of the answers missing, four events a lead on average.
pub fn ndjson(count: usize) -> String {
    let mut dice = Dice(20_260_331);
    let mut out = String::with_capacity(count * 700);
    for n in 0..count {
        lead(&mut out, n, &mut dice);
    }
    out
}

fn lead(out: &mut String, n: usize, dice: &mut Dice) {
    let _ = write!(out, "{{\"id\":\"L{n:07}\"");
    choice(out, dice, "product", &["coordination", "workflow", "interoperability", "compliance"]);
    choice(out, dice, "setting", &["clinic", "outpatient", "hospital", "system", "payer", "employer"]);
    choice(out, dice, "region", &["us", "us", "us", "canada", "uk", "eu", "apac"]);
    number(out, dice, "staff", 4_000);
    number(out, dice, "sites", 40);
    members(out, dice, "systems", &["northchart", "medilog", "casetrail", "openward", "claritas", "other"]);
    members(out, dice, "exchange", &["fhir", "hl7", "flat_file", "custom"]);
    boolean(out, dice, "phi");
    choice(out, dice, "use_case", &["coordination", "documentation", "monitoring", "coding", "review"]);
    boolean(out, dice, "understood");
    choice(out, dice, "timeline", &["exploring", "later", "next_quarter", "this_quarter"]);
    choice(out, dice, "security", &["not_started", "planned", "in_progress", "done"]);
    number(out, dice, "budget", 120_000);
    boolean(out, dice, "growing");
    out.push_str(",\"events\":[");
    for i in 0..dice.roll(9) {
        if i > 0 {
            out.push(',');
        }
        event(out, dice);
    }
    out.push_str("]}\n");
}

fn answered(dice: &mut Dice) -> bool {
    dice.roll(10) > 0
}

fn choice(out: &mut String, dice: &mut Dice, name: &str, words: &[&str]) {
    let word = dice.pick(words);
    if answered(dice) {
        let _ = write!(out, ",\"{name}\":\"{word}\"");
    }
}

fn number(out: &mut String, dice: &mut Dice, name: &str, below: u64) {
    let value = dice.roll(below);
    if answered(dice) {
        let _ = write!(out, ",\"{name}\":{value}");
    }
}

fn boolean(out: &mut String, dice: &mut Dice, name: &str) {
    let value = dice.roll(2) == 1;
    if answered(dice) {
        let _ = write!(out, ",\"{name}\":{value}");
    }
}

fn members(out: &mut String, dice: &mut Dice, name: &str, words: &[&str]) {
    let chosen: Vec<&str> = words.iter().copied().filter(|_| dice.roll(4) == 0).collect();
    if answered(dice) {
        let list: Vec<String> = chosen.iter().map(|w| format!("\"{w}\"")).collect();
        let _ = write!(out, ",\"{name}\":[{}]", list.join(","));
    }
}

fn event(out: &mut String, dice: &mut Dice) {
    const KINDS: [(&str, &str); 8] = [
        ("demo_request", "form"),
        ("pricing", "email"),
        ("rfp", "email"),
        ("product_view", "website"),
        ("case_study", "content"),
        ("reply", "email"),
        ("blog", "content"),
        ("unsubscribe", "email"),
    ];
    // High signals are rare, page views are not.
    let (kind, channel) = KINDS[[0, 1, 2, 3, 3, 3, 3, 4, 4, 5, 5, 6, 6, 6, 7][dice.roll(15) as usize]];
    let (month, day) = (1 + dice.roll(3), 1 + dice.roll(28));
    let (hour, minute) = (dice.roll(24), dice.roll(60));
    let _ = write!(
        out,
        "{{\"type\":\"{kind}\",\"at\":\"2026-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z\",\"channel\":\"{channel}\"}}"
    );
}
