//! Policies of any size, and edits of them as reviewers see them.

/// SplitMix64: the same policies on each machine.
struct Draw(u64);

impl Draw {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) as usize) % count.max(1)
    }
}

/// A group of criteria: points and what earns them.
#[derive(Clone)]
struct Group {
    cap: Option<i64>,
    criteria: Vec<(i64, String)>,
}

/// A policy that can be edited and written down.
#[derive(Clone)]
pub struct Generated {
    fields: usize,
    signals: usize,
    fit: Vec<Group>,
    intent: Vec<Group>,
    /// Outcome, least fit, and the rest of the condition.
    rules: Vec<(usize, i64, String)>,
}

const OUTCOMES: [&str; 6] = ["demo", "technical", "discovery", "nurture", "education", "disqualify"];

/// Questions asked of leads, about so many: fields, weights and rules go with them.
pub fn generate(atoms: usize) -> Generated {
    let (fields, weights, rules) = match atoms {
        20 => (6, 10, 4),
        60 => (15, 20, 6),
        150 => (37, 40, 15),
        _ => (100, 60, 30),
    };
    let mut draw = Draw(atoms as u64);
    let signals = fields / 5 + 2;
    let groups = |count: usize, of: &mut dyn FnMut() -> (i64, String)| {
        let sizes = (0..count.div_ceil(5)).map(|g| (count - g * 5).min(5));
        let group = |size: usize| {
            let criteria: Vec<(i64, String)> = (0..size).map(|_| of()).collect();
            let sum: i64 = criteria.iter().map(|(w, _)| w).sum();
            Group { cap: None, criteria }.capped(sum * 7 / 10)
        };
        sizes.map(group).collect::<Vec<Group>>()
    };
    let mut fit = groups(weights * 3 / 5, &mut || {
        let points = 1 + draw.below(12) as i64;
        (points, format!("when {}", condition(&mut draw, fields, signals)))
    });
    // Every third group of fit only adds up.
    fit.iter_mut().skip(1).step_by(3).for_each(|g| g.cap = None);
    let intent = groups(weights * 2 / 5, &mut || {
        let points = 2 + draw.below(15) as i64;
        let signal = draw.below(signals);
        match draw.below(3) {
            0 => (points, format!("when {}", condition(&mut draw, fields, signals))),
            1 => (points, format!("per s{signal} newest {}", 1 + draw.below(3))),
            _ => (points, format!("per s{signal} newest 1, halves every {} days", 30 * (1 + draw.below(3)))),
        }
    });
    let rules = (0..rules).map(|_| {
        let outcome = draw.below(OUTCOMES.len());
        (outcome, 5 * draw.below(16) as i64, condition(&mut draw, fields, signals))
    });
    let rules = rules.collect();
    Generated { fields, signals, fit, intent, rules }
}

impl Group {
    fn capped(self, cap: i64) -> Group {
        Group { cap: Some(cap.max(1)), ..self }
    }
}

fn condition(draw: &mut Draw, fields: usize, signals: usize) -> String {
    let first = atom(draw, fields, signals);
    match draw.below(4) {
        0 => first,
        1 => format!("{first} and {}", atom(draw, fields, signals)),
        2 => format!("{first} or {}", atom(draw, fields, signals)),
        _ => {
            let (second, third) = (atom(draw, fields, signals), atom(draw, fields, signals));
            format!("{first} and ({second} or {third})")
        }
    }
}

fn atom(draw: &mut Draw, fields: usize, signals: usize) -> String {
    if draw.below(5) == 0 {
        let (signal, days, count) = (draw.below(signals), 30 * (1 + draw.below(4)), 1 + draw.below(3));
        return format!("count of s{signal} within {days} days >= {count}");
    }
    let field = draw.below(fields);
    match field % 5 {
        0 => format!("f{field}"),
        1 => format!("f{field} is {}", ["a", "b", "c", "d"][draw.below(4)]),
        2 => format!("f{field} >= {}", 10 * (1 + draw.below(9))),
        3 => format!("f{field} has {}", ["x", "y", "z"][draw.below(3)]),
        _ => format!("f{field} >= {}", ["mid", "high"][draw.below(2)]),
    }
}

/// What a reviewer is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Criteria in another order, `and` as `not or`: nothing changes.
    Reorder,
    /// A criterion moves between groups that only add up: nothing changes.
    Regroup,
    /// Every third criterion becomes two that exclude each other: nothing changes.
    Split,
    OneWeight,
    OneThreshold,
    SwappedRules,
    /// All caps and counts, and a new criterion.
    Everything,
}

impl Edit {
    pub const ALL: [Edit; 7] = [
        Edit::Reorder,
        Edit::Regroup,
        Edit::Split,
        Edit::OneWeight,
        Edit::OneThreshold,
        Edit::SwappedRules,
        Edit::Everything,
    ];

    /// Whether no lead is to move.
    pub fn is_harmless(self) -> bool {
        matches!(self, Edit::Reorder | Edit::Regroup | Edit::Split)
    }
}

impl Generated {
    /// The policy after an edit.
    pub fn edited(&self, edit: Edit) -> Generated {
        let mut new = self.clone();
        match edit {
            Edit::Reorder => new.fit.iter_mut().chain(&mut new.intent).for_each(|group| {
                group.criteria.reverse();
                group.criteria.iter_mut().for_each(|(_, earns)| *earns = twisted(earns));
            }),
            Edit::Regroup => {
                let free: Vec<usize> = (0..new.fit.len()).filter(|g| new.fit[*g].cap.is_none()).collect();
                let moved = new.fit[free[0]].criteria.pop().expect("groups are not empty");
                match free.get(1) {
                    Some(to) => new.fit[*to].criteria.push(moved),
                    None => new.fit.push(Group { cap: None, criteria: vec![moved] }),
                }
            }
            Edit::Split => new.fit.iter_mut().for_each(|group| {
                let split = |(i, (points, earns)): (usize, &(i64, String))| match earns.strip_prefix("when ") {
                    Some(condition) if i % 3 == 0 => vec![
                        (*points, format!("when ({condition}) and f1 is known")),
                        (*points, format!("when ({condition}) and f1 is unknown")),
                    ],
                    _ => vec![(*points, earns.clone())],
                };
                group.criteria = group.criteria.iter().enumerate().flat_map(split).collect();
            }),
            Edit::OneWeight => new.fit[0].criteria[0].0 += 2,
            Edit::OneThreshold => new.rules[1].1 += 5,
            Edit::SwappedRules => new.rules.swap(1, 2),
            Edit::Everything => {
                new.fit.iter_mut().chain(&mut new.intent).for_each(|group| {
                    group.cap = group.cap.map(|cap| cap + 3);
                    group.criteria.iter_mut().for_each(|(_, earns)| *earns = counted_more(earns));
                });
                new.fit[0].criteria.push((4, "when f0 and f1 is a".to_string()));
            }
        }
        new
    }

    /// The text of the policy.
    pub fn text(&self) -> String {
        let mut text = String::from("policy made \"Made\" { version \"1\" owner \"rev@example.com\" }\n\nlead {\n");
        for field in 0..self.fields {
            let ty = match field % 5 {
                0 => "boolean",
                1 => "one of { a, b, c, d }",
                2 => "number 0..",
                3 => "some of { x, y, z }",
                _ => "ordered { low, mid, high }",
            };
            text += &format!("  f{field}: {ty}\n");
        }
        text += "}\n\nchannels { web }\n\nsignals {\n";
        for signal in 0..self.signals {
            text += &format!("  s{signal}: {} from web\n", ["high", "mid", "low"][signal % 3]);
        }
        text += "}\n\n";
        for (name, groups, bands) in [
            ("fit", &self.fit, "strong >= 60, good >= 30, weak"),
            ("intent", &self.intent, "high >= 40, mid >= 15, low"),
        ] {
            text += &format!("score {name} {{\n");
            for (i, group) in groups.iter().enumerate() {
                let cap = group.cap.map_or(String::new(), |cap| format!("up to {cap} "));
                text += &format!("  g{i} {cap}{{\n");
                group.criteria.iter().for_each(|(points, earns)| text += &format!("    +{points} {earns}\n"));
                text += "  }\n";
            }
            text += &format!("  bands {{ {bands} }}\n}}\n\n");
        }
        text += "stages {\n  mql { require fit >= 30 }\n  sal { require f0 or f5 }\n  sql { require intent >= mid }\n}\n\noutcomes {\n";
        for outcome in OUTCOMES {
            text += &format!("  {outcome} {{ next \"Go on\" owner sales due 2 days }}\n");
        }
        text += "}\n\nroute {\n";
        for (outcome, least, condition) in &self.rules {
            text += &format!("  to {} when fit >= {least} and ({condition})\n", OUTCOMES[*outcome]);
        }
        text += "  to nurture when intent is high\n  otherwise to disqualify\n}\n";
        text
    }
}

/// `a and b` as `not (not a or not b)`, and the other way round.
fn twisted(earns: &str) -> String {
    let Some(condition) = earns.strip_prefix("when ").filter(|c| !c.contains('(')) else { return earns.to_string() };
    for (word, other) in [(" and ", "or"), (" or ", "and")] {
        if let Some((one, two)) = condition.split_once(word) {
            return format!("when not (not ({one}) {other} not ({two}))");
        }
    }
    earns.to_string()
}

/// One more of whatever is counted.
fn counted_more(earns: &str) -> String {
    match earns.rsplit_once(">= ").and_then(|(before, count)| Some((before, count.parse::<u32>().ok()?))) {
        Some((before, count)) if earns.contains("count of") && count < 10 => format!("{before}>= {}", count + 1),
        _ => earns.to_string(),
    }
}
