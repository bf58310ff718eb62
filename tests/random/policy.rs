//! Random policies, as text in the language.

use super::Draw;
use super::condition::{Here, WINDOWS};
use rubric::policy::condition::Layer;
use std::fmt::Write;

/// The type of a field, with what conditions need to know of it.
#[derive(Clone)]
pub enum Kind {
    Choice(Vec<String>),
    Ordered(Vec<String>),
    Set(Vec<String>),
    Boolean,
    Number { low: Option<i64>, high: Option<i64> },
    Date,
    Text,
}

/// Everything that conditions can mention.
pub struct Names {
    fields: Vec<(String, Kind)>,
    /// The fields and those that are built in.
    pub subjects: Vec<(String, Kind)>,
    /// With their tiers.
    pub signals: Vec<(String, String)>,
    pub roles: Vec<String>,
    pub bands: [Vec<String>; 2],
    /// Whole points; what a score is out of.
    pub out_of: [usize; 2],
    pub checklists: Vec<String>,
    pub stages: Vec<String>,
    pub outcomes: Vec<String>,
    /// With the highest layer and stage they may look at.
    pub defines: Vec<(String, Layer, usize)>,
}

/// A policy.
pub fn policy(draw: &mut Draw) -> String {
    let mut names = names(draw);
    let mut text = String::new();
    let defines = names.define_blocks(draw);
    names.header(draw, &mut text);
    names.lead(draw, &mut text);
    names.behaviour(draw, &mut text);
    names.people(draw, &mut text);
    text.push_str(&defines);
    names.icp(draw, &mut text);
    names.scores(draw, &mut text);
    names.lists_and_risks(draw, &mut text);
    names.stage_block(draw, &mut text);
    names.outcome_block(draw, &mut text);
    names.route_block(draw, &mut text);
    text
}

fn some_of(draw: &mut Draw, least: usize, all: &[&str]) -> Vec<String> {
    let count = least + draw.below(all.len() - least + 1);
    all[..count].iter().map(|s| s.to_string()).collect()
}

fn kind(draw: &mut Draw) -> Kind {
    let choices = |draw: &mut Draw| (0..2 + draw.below(4)).map(|i| format!("v{i}")).collect();
    match draw.below(7) {
        0 => Kind::Boolean,
        1 => Kind::Choice(choices(draw)),
        2 => Kind::Ordered(choices(draw)),
        // Sometimes more members than the engine tells apart.
        3 => Kind::Set((0..*draw.pick(&[3, 2, 4, 5, 12])).map(|i| format!("v{i}")).collect()),
        4 => {
            let (low, high) =
                *draw.pick(&[(None, None), (Some(0), None), (Some(0), Some(1_000)), (Some(-100), Some(500))]);
            Kind::Number { low, high }
        }
        5 => Kind::Date,
        _ => Kind::Text,
    }
}

fn names(draw: &mut Draw) -> Names {
    let fields: Vec<(String, Kind)> = (0..1 + draw.below(9)).map(|i| (format!("field_{i}"), kind(draw))).collect();
    let stages = some_of(draw, 0, &["mql", "sal", "sql", "opportunity"]);
    let mut subjects = fields.clone();
    if draw.chance(25) {
        subjects.push(("email".into(), Kind::Text));
        subjects.push(("updated".into(), Kind::Date));
        if !stages.is_empty() {
            subjects.push(("current_stage".into(), Kind::Ordered(stages.clone())));
        }
    }
    let signals = some_of(draw, 0, &["request", "reply", "view", "blog", "unsubscribe"]);
    let tiers = ["high", "mid", "mid", "low", "negative"];
    Names {
        fields,
        subjects,
        signals: signals.into_iter().zip(tiers).map(|(s, t)| (s, t.to_string())).collect(),
        roles: some_of(draw, 0, &["champion", "approver", "buyer"]),
        bands: [
            some_of(draw, 1, &["strong", "good", "fair", "weak"]),
            some_of(draw, 1, &["hot", "warm", "cool", "cold"]),
        ],
        out_of: [0, 1].map(|_| *draw.pick(&[100, 100, 40, 120])),
        checklists: some_of(draw, 0, &["ready", "prepared"]),
        stages,
        outcomes: some_of(draw, 3, &["nurture", "demo", "call", "review", "close"]),
        defines: Vec::new(),
    }
}

impl Names {
    fn at(&self, layer: Layer) -> Here {
        Here { layer, stages: self.stages.len() }
    }

    fn define_blocks(&mut self, draw: &mut Draw) -> String {
        const LAYERS: [Layer; 7] = [
            Layer::Fields,
            Layer::Signals,
            Layer::Committee,
            Layer::Scores,
            Layer::Checklists,
            Layer::Stages,
            Layer::Route,
        ];
        let mut text = String::new();
        for i in 0..draw.below(5) {
            let layer = *draw.pick(&LAYERS);
            let stages = if layer >= Layer::Stages { draw.below(self.stages.len() + 1) } else { 0 };
            let cond = self.cond(draw, Here { layer, stages }, 2);
            writeln!(text, "define known_as_{i} = {cond}").expect("text takes all");
            self.defines.push((format!("known_as_{i}"), layer, stages));
        }
        text
    }

    fn header(&self, draw: &mut Draw, text: &mut String) {
        text.push_str("policy demo \"Demo\" {\n  version \"1\"\n  owner \"team@example.com\"\n");
        if draw.chance(50) {
            let zone = draw.pick(&["-05:00", "+05:30", "UTC", "+14:00", "-11:30"]);
            writeln!(text, "  time-zone \"{zone}\"").expect("text takes all");
        }
        if draw.chance(40) {
            text.push_str("  holidays [2026-04-03, 2026-03-30, 2026-04-01]\n");
        }
        if draw.chance(30) {
            let cond = self.cond(draw, self.at(Layer::Fields), 2);
            writeln!(text, "  applies when {cond}").expect("text takes all");
        }
        text.push_str("}\n");
    }

    fn lead(&self, draw: &mut Draw, text: &mut String) {
        text.push_str("lead {\n");
        for (name, kind) in &self.fields {
            let otherwise = if draw.chance(20) { " otherwise" } else { "" };
            let bound = |n: &Option<i64>| n.map_or(String::new(), |n| n.to_string());
            let ty = match kind {
                Kind::Choice(c) => format!("one of {{ {}{otherwise} }}", c.join(", ")),
                Kind::Ordered(c) => format!("ordered {{ {} }}", c.join(", ")),
                Kind::Set(c) => format!("some of {{ {} }}", c.join(", ")),
                Kind::Boolean => "boolean".to_string(),
                Kind::Number { low: None, high: None } => "number \"people\"".to_string(),
                Kind::Number { low, high } => format!("number {}..{}", bound(low), bound(high)),
                Kind::Date => "date".to_string(),
                Kind::Text => "text".to_string(),
            };
            write!(text, "  {name}: {ty}").expect("text takes all");
            if draw.chance(30) {
                write!(text, "  ask on call \"What about {name}?\"").expect("text takes all");
            }
            text.push('\n');
        }
        text.push_str("}\n");
    }

    fn behaviour(&self, draw: &mut Draw, text: &mut String) {
        if self.signals.is_empty() {
            return;
        }
        text.push_str("channels { form, email, website }\nevents { path: text  seats: number }\nsignals {\n");
        for (name, tier) in &self.signals {
            let from = draw.pick(&["form", "email, website", "website"]);
            let more = draw.pick(&[
                "",
                "",
                " event \"page_view\", \"visit\"",
                " where path starts with \"/pricing\"",
                " where seats >= 2",
            ]);
            writeln!(text, "  {name}: {tier} from {from}{more}").expect("text takes all");
        }
        text.push_str("}\n");
    }

    fn people(&self, draw: &mut Draw, text: &mut String) {
        if self.roles.is_empty() {
            return;
        }
        text.push_str(
            "personas {\n  clinical: \"Clinical\" titles \"nurs*\"\n  it: \"IT\" titles \"CIO\", \"integration\"\n}\n",
        );
        text.push_str("committee {\n");
        if draw.chance(70) {
            writeln!(text, "  engaged within {} days", draw.pick(&WINDOWS)).expect("text takes all");
        }
        for role in &self.roles {
            let from = *draw.pick(&["clinical", "it", "clinical, it"]);
            let here = self.at(Layer::Signals);
            let (optional, when) = match draw.below(3) {
                0 => ("", String::new()),
                1 => ("optional ", String::new()),
                _ => ("", format!(" when {}", self.cond(draw, here, 1))),
            };
            let expected =
                if draw.chance(40) { format!(" expected when {}", self.cond(draw, here, 1)) } else { String::new() };
            writeln!(text, "  {role}: {optional}from {from}{when}{expected}").expect("text takes all");
        }
        text.push_str("}\n");
    }

    fn icp(&self, draw: &mut Draw, text: &mut String) {
        text.push_str("icp {\n");
        for i in 0..draw.below(4) {
            let name = if draw.chance(30) { format!("rule_{i}: ") } else { String::new() };
            let cond = self.cond(draw, self.at(Layer::Committee), 1);
            let reason = format!("because \"Reason {i}\"");
            writeln!(text, "  must {name}{cond} {reason}").expect("text takes all");
        }
        text.push_str("}\n");
    }

    fn scores(&self, draw: &mut Draw, text: &mut String) {
        for (at, name) in ["fit", "intent"].into_iter().enumerate() {
            let most = self.out_of[at];
            let out_of = if most == 100 { String::new() } else { format!(" out of {most}") };
            writeln!(text, "score {name}{out_of} {{").expect("text takes all");
            for group in 0..draw.below(4) {
                self.group(draw, group, text);
            }
            text.push_str("  bands {");
            let bands = &self.bands[at];
            // Equal steps with some play, so that thresholds descend.
            let step = most / (bands.len() + 1);
            for (i, band) in bands.iter().enumerate() {
                let last = i + 1 == bands.len();
                let threshold = most - step * (i + 1) + draw.below(step);
                let rest = *draw.pick(&["", ".5", ".25"]);
                let at_least = if last { String::new() } else { format!(" >= {threshold}{rest}") };
                write!(text, " {band}{at_least}").expect("text takes all");
            }
            text.push_str(" }\n}\n");
        }
    }

    fn group(&self, draw: &mut Draw, at: usize, text: &mut String) {
        let (cap, floor) = (draw.chance(60), draw.chance(40));
        write!(text, "  group_{at}").expect("text takes all");
        if cap {
            write!(text, " up to {}", draw.pick(&["30", "12.5", "60", "0", "7"])).expect("text takes all");
        }
        if floor {
            write!(text, " down to {}", draw.pick(&["-20", "-7.25", "0", "-60"])).expect("text takes all");
        }
        text.push_str(" {\n");
        for i in 0..1 + draw.below(4) {
            let name = if draw.chance(20) { format!("item_{i}: ") } else { String::new() };
            let negative = draw.chance(25);
            let sign = if negative { '-' } else { '+' };
            let points = *draw.pick(&["10", "45", "20", "7.5", "3.33", "0.75", "0.01", "1", "2.50"]);
            let earned = if draw.chance(35) && !self.signals.is_empty() {
                self.per(draw, if negative { floor } else { cap })
            } else {
                format!("when {}", self.cond(draw, self.at(Layer::Committee), 1))
            };
            let reason = if draw.chance(20) { format!(" because \"Reason {i}\"") } else { String::new() };
            writeln!(text, "    {name}{sign}{points} {earned}{reason}").expect("text takes all");
        }
        text.push_str("  }\n");
    }

    fn per(&self, draw: &mut Draw, limited: bool) -> String {
        let mut per = format!("per {}", draw.pick(&self.signals).0);
        if !limited || draw.chance(60) {
            write!(per, " newest {}", 1 + draw.below(3)).expect("text takes all");
        }
        if draw.chance(40) {
            write!(per, " within {} days", draw.pick(&WINDOWS)).expect("text takes all");
        }
        if draw.chance(30) {
            write!(per, " at least {}", 1 + draw.below(3)).expect("text takes all");
        }
        if draw.chance(50) {
            write!(per, " halves every {} days", draw.pick(&WINDOWS)).expect("text takes all");
        }
        per
    }

    fn lists_and_risks(&self, draw: &mut Draw, text: &mut String) {
        for name in &self.checklists {
            writeln!(text, "checklist {name} {{").expect("text takes all");
            for i in 0..1 + draw.below(3) {
                let cond = self.cond(draw, self.at(Layer::Scores), 1);
                writeln!(text, "  \"{name} item {i}\": {cond}").expect("text takes all");
            }
            text.push_str("}\n");
        }
        text.push_str("risks {\n");
        for i in 0..draw.below(3) {
            let cond = self.cond(draw, self.at(Layer::Route), 1);
            let owner = if draw.chance(50) { " owner sales" } else { "" };
            writeln!(text, "  \"Risk {i}\": {cond}{owner}").expect("text takes all");
        }
        text.push_str("}\n");
    }

    fn stage_block(&self, draw: &mut Draw, text: &mut String) {
        if self.stages.is_empty() {
            return;
        }
        text.push_str("stages {\n");
        for (at, stage) in self.stages.iter().enumerate() {
            writeln!(text, "  {stage} \"Stage {at}\" {{").expect("text takes all");
            let here = Here { layer: Layer::Stages, stages: at };
            for i in 0..1 + draw.below(3) {
                let name = if draw.chance(20) { format!("needs_{i}: ") } else { String::new() };
                let cond = self.cond(draw, here, 1);
                let reason = if draw.chance(20) { " because \"So it is\"" } else { "" };
                writeln!(text, "    require {name}{cond}{reason}").expect("text takes all");
            }
            for _ in 0..draw.below(3) {
                let cond = self.cond(draw, here, 1);
                writeln!(text, "    should {cond}").expect("text takes all");
            }
            for _ in 0..draw.below(3) {
                let to = draw.below(at + 1);
                let to = if to == 0 { "none" } else { &self.stages[to - 1] };
                let cond = self.cond(draw, Here { stages: at + 1, ..here }, 1);
                writeln!(text, "    fall back to {to} when {cond}").expect("text takes all");
            }
            text.push_str("  }\n");
        }
        text.push_str("}\n");
    }

    fn outcome_block(&self, draw: &mut Draw, text: &mut String) {
        text.push_str("outcomes {\n");
        for name in &self.outcomes {
            writeln!(text, "  {name} \"Outcome\" {{").expect("text takes all");
            let none: fn(&Names, &mut Draw, usize) -> String = |_, _, i| format!("next \"Step {i}\"");
            self.alternatives(draw, none, text);
            self.alternatives(draw, |_, _, i| format!("owner person_{i}"), text);
            self.alternatives(draw, |n, d, _| n.due(d), text);
            if draw.chance(50) {
                let revisit = self.revisit(draw);
                let when = if draw.chance(30) { self.when(draw) } else { String::new() };
                writeln!(text, "    {revisit}{when}").expect("text takes all");
            }
            if draw.chance(40) && !self.checklists.is_empty() {
                writeln!(text, "    check {}", draw.pick(&self.checklists)).expect("text takes all");
            }
            text.push_str("  }\n");
        }
        text.push_str("}\n");
    }

    fn when(&self, draw: &mut Draw) -> String {
        format!(" when {}", self.cond(draw, self.at(Layer::Route), 1))
    }

    /// Some with a condition, the last without.
    fn alternatives(&self, draw: &mut Draw, one: fn(&Names, &mut Draw, usize) -> String, text: &mut String) {
        for i in 0..draw.below(3) {
            let item = one(self, draw, i + 1);
            let when = self.when(draw);
            writeln!(text, "    {item}{when}").expect("text takes all");
        }
        writeln!(text, "    {}", one(self, draw, 0)).expect("text takes all");
    }

    fn date_field(&self, draw: &mut Draw) -> String {
        let dates: Vec<&String> =
            self.fields.iter().filter(|(_, k)| matches!(k, Kind::Date)).map(|(name, _)| name).collect();
        if dates.is_empty() { "updated".to_string() } else { (*draw.pick(&dates)).clone() }
    }

    fn due(&self, draw: &mut Draw) -> String {
        let unit = *draw.pick(&["days", "hours", "business days"]);
        let amount = *draw.pick(&[2, 0, 1, 5, 48, 10]);
        let anchor = match draw.below(4) {
            1 => " after latest mid or high signal".to_string(),
            2 if !self.signals.is_empty() => format!(" after latest {}", draw.pick(&self.signals).0),
            3 => format!(" before {}", self.date_field(draw)),
            _ => String::new(),
        };
        format!("due {amount} {unit}{anchor}")
    }

    fn revisit(&self, draw: &mut Draw) -> String {
        if draw.chance(50) {
            return format!("revisit on {}", self.date_field(draw));
        }
        format!("revisit in {} days", draw.pick(&WINDOWS))
    }

    fn route_block(&self, draw: &mut Draw, text: &mut String) {
        text.push_str("route {\n");
        for i in 0..*draw.pick(&[1, 0, 2, 3, 4, 5]) {
            let name = if draw.chance(30) { format!("rule_{i}: ") } else { String::new() };
            let reason = if draw.chance(20) { " because \"It fits\"" } else { "" };
            let here = self.at(Layer::Stages);
            if draw.chance(25) {
                let when = if draw.chance(50) { format!(" when {}", self.cond(draw, here, 1)) } else { String::new() };
                let matrix = self.matrix(draw, 30, &when);
                writeln!(text, "  {name}{matrix}{reason}").expect("text takes all");
            } else {
                let outcome = draw.pick(&self.outcomes).clone();
                let cond = self.cond(draw, here, 2);
                writeln!(text, "  {name}to {outcome} when {cond}{reason}").expect("text takes all");
            }
        }
        if draw.chance(20) {
            let matrix = self.matrix(draw, 0, "");
            writeln!(text, "  {matrix}").expect("text takes all");
        } else {
            writeln!(text, "  otherwise to {}", draw.pick(&self.outcomes)).expect("text takes all");
        }
        text.push_str("}\n");
    }

    fn matrix(&self, draw: &mut Draw, gaps: usize, when: &str) -> String {
        let turned = draw.below(2);
        let score = ["fit", "intent"];
        let (rows, columns) = (&self.bands[turned], &self.bands[1 - turned]);
        let mut text = format!("by {}, {}{when} {{ {}\n", score[turned], score[1 - turned], columns.join(" "));
        for row in rows {
            let cell = |draw: &mut Draw| if draw.chance(gaps) { "-" } else { draw.pick(&self.outcomes) };
            let cells: Vec<&str> = columns.iter().map(|_| cell(draw)).collect();
            writeln!(text, "    {row}: {}", cells.join(" ")).expect("text takes all");
        }
        text.push_str("  }");
        text
    }
}
