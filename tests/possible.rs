//! What is said of all possible leads against every lead there is: small policies over three fields and one signal, of which all leads can be counted.

#[allow(dead_code)] // Only the source of choices is needed here.
mod random;
#[allow(dead_code)] // Random leads are made in its terms.
mod reference;

use random::Draw;
use rubric::analysis::Possible;
use rubric::analysis::encode::View;
use rubric::analysis::guarantee::{CONFLICTS, Verdict, condition, verdict};
use rubric::analysis::possible::{Claim, Found, Is};
use rubric::driver::{Memory, load};
use rubric::engine::facts::{Batch, EventFact};
use rubric::engine::{Decider, Engine, Evaluation};
use rubric::policy::scenario;
use rubric::policy::steps::RuleKind;
use rubric::policy::time::{DAY_MICROS, Instant};
use rubric::policy::{Cond, FieldId, Policy, ScoreKind, SignalId};
use rubric::program::{NodeId, Program};

/// Windows of the signal in days; so an event is younger than the first, than the second, or older.
const WINDOWS: [i64; 2] = [10, 30];
const MILLION: i64 = 1_000_000;

fn atom(draw: &mut Draw) -> String {
    let window = *draw.pick(&WINDOWS);
    let number = draw.between(0, 3);
    let size = |sign: &str| format!("size {sign} {number}");
    match draw.below(12) {
        0 => "kind is a".to_string(),
        1 => "kind is not b".to_string(),
        2 => "kind is known".to_string(),
        3 => "flag".to_string(),
        4 => "flag is unknown".to_string(),
        5 => size(">="),
        6 => size(">"),
        7 => size("<"),
        8 => format!("ask within {window} days"),
        9 => "count of ask >= 2".to_string(),
        10 => format!("no ask within {window} days"),
        _ => "ask ever".to_string(),
    }
}

fn cond(draw: &mut Draw, more: &[&str], depth: usize) -> String {
    if depth == 0 || draw.chance(35) {
        return match more.is_empty() || draw.chance(60) {
            true => atom(draw),
            false => draw.pick(more).to_string(),
        };
    }
    let (one, other) = (cond(draw, more, depth - 1), cond(draw, more, depth - 1));
    match draw.below(5) {
        0 | 1 => format!("({one} and {other})"),
        2 | 3 => format!("({one} or {other})"),
        _ => format!("{} ({one})", draw.pick(&["not", "confirmed", "unconfirmed"])),
    }
}

/// A small policy.
fn policy(draw: &mut Draw) -> String {
    let mut text = String::from("policy demo { version \"1\" owner \"team@example.com\"");
    if draw.chance(40) {
        let fields = ["kind is a", "flag or kind is known", "size >= 1", "not flag", "kind is a or flag is unknown"];
        text += &format!(" applies when {}", draw.pick(&fields));
    }
    text += " }\nlead { kind: one of { a, b }  flag: boolean  size: number 0..3 }\n";
    text += "channels { form }\nsignals { ask: high from form }\n";
    let criteria = |draw: &mut Draw, events: bool| {
        let mut all = String::new();
        for _ in 0..1 + draw.below(4) {
            let points = *draw.pick(&[10, 20, 30, 15, -10]);
            let what = match events && draw.chance(60) {
                true => format!(
                    "per ask newest {}{}",
                    draw.between(1, 2),
                    draw.pick(&["", ", within 30 days", ", within 10 days", ", at least 2"])
                ),
                false => format!("when {}", cond(draw, &[], 1)),
            };
            all += &format!("    {points:+} {what}\n");
        }
        all
    };
    let cap = |draw: &mut Draw| draw.pick(&["up to 40", "up to 25", "up to 60 down to -5", ""]).to_string();
    let (one, other) = (criteria(draw, false), criteria(draw, false));
    text += &format!("score fit {{\n  one {} {{\n{one}  }}\n  other {} {{\n{other}  }}\n", cap(draw), cap(draw));
    text += &format!("  bands {{ strong >= {}, weak }}\n}}\n", draw.pick(&[20, 35, 50, 90]));
    let more = criteria(draw, true);
    text += &format!(
        "score intent {{\n  one {} {{\n{more}  }}\n  bands {{ high >= {}, mid >= 10, low }}\n}}\n",
        cap(draw),
        draw.pick(&[30, 25, 45])
    );
    let scores = ["fit is strong", "intent >= mid", "intent is high", "fit >= 30"];
    text += "stages {\n";
    for (name, also) in [("mql", &scores[..]), ("sql", &["fit is strong", "stage >= mql"][..])] {
        text += &format!("  {name} \"{name}\" {{\n    require {}\n", cond(draw, also, 1));
        if name == "sql" && draw.chance(40) {
            text += &format!("    fall back to mql when {}\n", cond(draw, &scores, 1));
        }
        text += "  }\n";
    }
    text += "}\noutcomes {\n";
    ["call", "write", "demo"]
        .iter()
        .for_each(|name| text += &format!("  {name} {{ next \"{name}\" owner sales due 2 days }}\n"));
    text += "}\nroute {\n";
    let all = [&scores[..], &["stage >= mql", "stage is sql"]].concat();
    for _ in 0..1 + draw.below(3) {
        text += &format!("  to {} when {}\n", draw.pick(&["call", "write", "demo"]), cond(draw, &all, 2));
    }
    if draw.chance(60) {
        let mut cell = || *draw.pick(&["call", "write", "demo", "-"]);
        text += "  by fit, intent {\n    high mid low\n";
        ["strong", "weak"].iter().for_each(|band| text += &format!("    {band}: {} {} {}\n", cell(), cell(), cell()));
        text += "  }\n";
    }
    text += "  otherwise to write\n}\n";
    let routes = [&all[..], &["route is demo", "route is call"]].concat();
    for i in 0..2 {
        let word = draw.pick(&["never", "always"]);
        text += &format!("guarantee \"number {i}\" {{\n  {word} {}\n}}\n", cond(draw, &routes, 2));
    }
    text
}

/// Every lead there is, as far as such a policy can tell them apart.
fn every_lead(policy: &Policy, as_of: Instant) -> Batch {
    let field = |name: &str| FieldId(policy.fields.iter().position(|f| f.name == name).expect("a field") as u16);
    let (kind, flag, size, stage) = (field("kind"), field("flag"), field("size"), field("current_stage"));
    let mut batch = Batch::new(policy);
    // Nothing known of what was done; else 0 to 2 events of each age.
    let behaviour = (0..28_i64).map(|n| n.checked_sub(1).filter(|_| n > 0));
    for done in behaviour {
        let values = (0..3 * 3 * 3 * 8_u16).map(|n| (n % 3, n / 3 % 3, n / 9 % 3, i64::from(n / 27)));
        for (k, f, at, s) in values {
            batch.begin("one");
            batch.supply_contacts();
            if k > 0 {
                batch.set_choice(kind, k - 1);
            }
            if f > 0 {
                batch.set_choice(flag, f - 1);
            }
            if at > 0 {
                batch.set_choice(stage, at - 1);
            }
            if s > 0 {
                batch.set_number(size, (s - 1) * MILLION / 2);
            }
            if let Some(done) = done {
                batch.supply_events();
                let ages = [0, WINDOWS[0], WINDOWS[1]];
                for (age, count) in ages.iter().zip([done % 3, done / 3 % 3, done / 9]) {
                    for _ in 0..count {
                        let kind = batch.kind_of(&[SignalId(0)]);
                        batch.push_event(EventFact {
                            at: Instant(as_of.0 - age * DAY_MICROS),
                            kind,
                            contact: None,
                            channel: None,
                        });
                    }
                }
            }
            batch.finish();
        }
    }
    batch
}

struct Counted<'p> {
    policy: &'p Policy,
    evaluation: Evaluation,
    in_scope: Vec<bool>,
    text: &'p str,
}

impl Counted<'_> {
    /// Whether some lead is so, counted.
    fn some(&self, scope: bool, is: impl Fn(&Evaluation, usize) -> bool) -> bool {
        (0..self.in_scope.len()).any(|lead| (!scope || self.in_scope[lead]) && is(&self.evaluation, lead))
    }

    /// Every question that was asked, and whether some lead is so.
    fn hold(&self, asked: &[(Vec<Claim>, bool)], possible: &mut Possible<'_>) -> usize {
        let questions: Vec<Vec<Claim>> = asked.iter().map(|(claims, _)| claims.clone()).collect();
        let mut never = 0;
        for ((claims, some), found) in asked.iter().zip(possible.ask(&questions)) {
            let expected = if *some { Found::Yes } else { Found::No };
            assert_eq!(found, expected, "{claims:?}\n{}", self.text);
            never += usize::from(!*some);
            if !*some {
                let kept = possible.conflict(claims);
                let kept: Vec<Claim> = kept.iter().map(|i| claims[*i]).collect();
                assert!(possible.never(&kept), "{kept:?} of {claims:?}\n{}", self.text);
            }
        }
        never
    }

    fn questions(&self, nodes: &[NodeId]) -> Vec<(Vec<Claim>, bool)> {
        let mut all = Vec::new();
        for node in nodes {
            let mut ask = |is, wanted: &dyn Fn(Option<bool>) -> bool| {
                let some = self.some(false, |e, lead| wanted(e.answer(*node, lead)));
                all.push((vec![Claim::Comes(*node, View::Whole, is)], some));
            };
            ask(Is::True, &|a| a == Some(true));
            ask(Is::NotTrue, &|a| a != Some(true));
            ask(Is::False, &|a| a == Some(false));
        }
        for kind in ScoreKind::BOTH {
            let score = self.policy.score(kind);
            for band in 0..score.bands.len() {
                let some = self.some(true, |e, lead| score.band(e.score(kind, lead)) == band);
                all.push((vec![Claim::InScope, Claim::Band(kind, band)], some));
            }
        }
        for (rule, written) in self.policy.route.rules.iter().enumerate() {
            let cells: Vec<Option<(usize, usize)>> = match &written.kind {
                RuleKind::Matrix(m) => {
                    let row = |(r, row): (usize, &Vec<_>)| (0..row.len()).map(move |c| (r, c)).collect::<Vec<_>>();
                    let places = m.cells.iter().enumerate().flat_map(row);
                    places.filter(|(r, c)| m.cells[*r][*c].is_some()).map(Some).collect()
                }
                _ => vec![None],
            };
            for (at, cell) in cells.into_iter().enumerate() {
                let some = self.some(true, |e, lead| e.routes[lead].rule == rule && e.routes[lead].cell == cell);
                all.push((vec![Claim::InScope, Claim::Decides(rule, at)], some));
            }
        }
        all
    }
}

fn hold(text: &str) -> usize {
    let mut memory = Memory::default();
    memory.insert("demo.rubric", text);
    let loaded = load(&memory, "demo.rubric", &[]);
    let policy = loaded.policy.unwrap_or_else(|| panic!("{:?}\n{text}", loaded.diagnostics));
    let claims: Vec<&scenario::Claim> = policy.guarantees.iter().flat_map(|g| &g.claims).collect();
    let mut conditions: Vec<&Cond> = claims.iter().map(|c| condition(c)).collect();
    conditions.extend(random::walk::conditions(&policy));
    let program = Program::with_goals(&policy, &conditions);
    let as_of = Instant::parse("2026-03-31T12:00Z", policy.offset).expect("an instant");
    let decider = Decider::new(Engine::new(&policy, &program, as_of));
    let batch = every_lead(&policy, as_of);
    let evaluation = decider.engine().evaluate(&batch);
    let in_scope = (0..batch.len()).map(|lead| decider.in_scope(&evaluation, lead, false)).collect();
    let counted = Counted { policy: &policy, evaluation, in_scope, text };
    let mut possible = Possible::new(&policy, &program, CONFLICTS);
    let never = counted.hold(&counted.questions(&program.goals), &mut possible);
    let anybody = counted.some(true, |_, _| true);
    for kind in ScoreKind::BOTH.into_iter().filter(|_| anybody) {
        let leads = (0..counted.in_scope.len()).filter(|lead| counted.in_scope[*lead]);
        let points: Vec<i64> = leads.map(|lead| counted.evaluation.score(kind, lead).0).collect();
        let ends = points.iter().min().copied().zip(points.iter().max().copied());
        assert_eq!(possible.points(kind, &[Claim::InScope]), ends, "{kind:?}\n{text}");
    }
    for (claim, node) in claims.into_iter().zip(&program.goals) {
        let never = matches!(claim, scenario::Claim::Never(_));
        let broken = counted.some(true, |e, lead| (e.answer(*node, lead) == Some(true)) == never);
        match verdict(&mut possible, claim, *node) {
            Verdict::Proved => assert!(!broken, "{claim:?} is called proved\n{text}"),
            Verdict::Refuted(..) => assert!(broken, "{claim:?} is called broken\n{text}"),
            Verdict::NotProved(why) => panic!("{claim:?}: {why}\n{text}"),
        }
    }
    never
}

#[test]
fn what_is_said_of_all_leads_is_what_counting_says() {
    let count = std::env::var("RUBRIC_POLICIES").ok().and_then(|n| n.parse().ok()).unwrap_or(60);
    let never: usize = (0..count).map(|seed| hold(&policy(&mut Draw::from_seed(seed)))).sum();
    assert!(never as u64 > 3 * count, "only {never} questions of {count} policies were answered with no");
}
