//! The syntax tree: what was written, with spans, before any name is resolved.
//!
//! Every name, text and number keeps its place. Comments stand in source order in [`File::comments`]; whoever lays the text out again joins
//! them to constructs by position. Text a parser could not read stands in [`File::broken`], so that later stages do not report what only
//! follows from it.

use crate::source::{FileId, Span, Spanned};

/// An identifier as written.
pub type Name = Spanned<String>;
/// A quoted text, unescaped; the span includes the quotes.
pub type Text = Spanned<String>;
/// A number as written, without underscores and sign (`10000`, `2.5`).
pub type Number = Spanned<String>;
/// A whole number of something (days, events); saturates at `u32::MAX` and the checker reports what is too large.
pub type Count = Spanned<u32>;

/// One parsed file.
#[derive(Clone, Debug)]
pub struct File {
    /// Which file this is.
    pub file: FileId,
    /// Its blocks in source order.
    pub items: Vec<Item>,
    /// Its comments in source order, each from `#` to before the line end.
    pub comments: Vec<Spanned<String>>,
    /// Regions that could not be read.
    pub broken: Vec<Broken>,
}

/// A region that could not be read, with the block it stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The region that was passed over.
    pub span: Span,
    /// The keyword of the top-level block around it (`"lead"`, `"route"`, …); empty when not even that is known.
    pub block: String,
}

/// A top-level block.
#[derive(Clone, Debug)]
pub struct Item {
    /// The whole block.
    pub span: Span,
    /// The place of the `replace` before it, where it replaces what a library declares.
    pub replace: Option<Span>,
    /// What it says.
    pub kind: ItemKind,
}

/// What a top-level block says.
#[derive(Clone, Debug)]
pub enum ItemKind {
    /// `policy NAME "Title" { … }`
    Policy(PolicyHeader),
    /// `library NAME`
    Library(Name),
    /// `use NAME`
    Use(Name),
    /// `portfolio NAME { A, B otherwise C }`
    Portfolio(Portfolio),
    /// `lead { … }`
    Lead(Vec<LeadItem>),
    /// `extend FIELD { choices }`
    Extend(Extend),
    /// `channels { a, b }`
    Channels(Vec<Name>),
    /// `events { attribute: type }`
    Events(Vec<AttributeDecl>),
    /// `signals { … }`
    Signals(Vec<SignalDecl>),
    /// `personas { … }`
    Personas(Vec<PersonaDecl>),
    /// `committee { … }`
    Committee(Vec<CommitteeItem>),
    /// `define NAME = COND`
    Define(Define),
    /// `icp { must … }`
    Icp(Vec<Must>),
    /// `score fit [out of N] { … }`
    Score(Score),
    /// `checklist NAME "Title" { … }`
    Checklist(Checklist),
    /// `stages { … }`
    Stages(Vec<Stage>),
    /// `risks { … }`
    Risks(Vec<Risk>),
    /// `outcomes { … }`
    Outcomes(Vec<Outcome>),
    /// `route { … }`
    Route(Vec<RouteItem>),
    /// `discovery "Title" { … }`
    Discovery(Discovery),
    /// `requalify { … }`
    Requalify(Vec<Trigger>),
    /// `record { "Heading": fields … }`
    Record(Vec<RecordSection>),
    /// `account by FIELD { newest by FIELD }`
    Account(Account),
    /// `guarantee "…" { never COND }`
    Guarantee(Guarantee),
    /// `import NAME { … }`
    Import(Import),
    /// `test "…" { … }`
    Test(Test),
}

/// `policy NAME "Title" { settings }`
#[derive(Clone, Debug)]
pub struct PolicyHeader {
    pub name: Name,
    pub title: Option<Text>,
    pub settings: Vec<PolicySetting>,
}

/// One setting of the policy block.
#[derive(Clone, Debug)]
pub enum PolicySetting {
    /// `version "2026.4"`
    Version(Text),
    /// `owner "team@example.com"`
    Owner(Text),
    /// `applies when COND`
    Applies(Cond),
    /// `time-zone "-05:00"` or `"UTC"`
    TimeZone(Text),
    /// `holidays [2026-12-25, …]`
    Holidays(Vec<Value>),
    /// `expect-moves "reason" up to N%`
    ExpectMoves { reason: Text, percent: Number },
}

/// `portfolio NAME { A, B otherwise C }`
#[derive(Clone, Debug)]
pub struct Portfolio {
    pub name: Name,
    pub policies: Vec<Name>,
    pub otherwise: Option<Name>,
}

/// An item of the lead block.
#[derive(Clone, Debug)]
pub enum LeadItem {
    Field(FieldDecl),
    Extend(Extend),
}

/// `extend FIELD { choices }`: more choices for a field that a library declares.
#[derive(Clone, Debug)]
pub struct Extend {
    pub span: Span,
    pub field: Name,
    pub choices: Vec<Choice>,
}

/// `[replace] name: type modifiers`
#[derive(Clone, Debug)]
pub struct FieldDecl {
    pub span: Span,
    pub replace: Option<Span>,
    pub name: Name,
    pub ty: Type,
    pub modifiers: Vec<Modifier>,
}

/// The type of a field or of an event attribute.
#[derive(Clone, Debug)]
pub struct Type {
    pub span: Span,
    pub kind: TypeKind,
}

/// What a type is.
#[derive(Clone, Debug)]
pub enum TypeKind {
    OneOf(Vec<Choice>),
    SomeOf(Vec<Choice>),
    Ordered(Vec<Choice>),
    Boolean,
    /// `number ["unit"] [low..high]`; either end may be open. Bounds keep a leading `-`.
    Number {
        unit: Option<Text>,
        range: Option<(Option<Number>, Option<Number>)>,
    },
    Date,
    Text,
}

/// `name "Alias" "Alias" [otherwise]`
#[derive(Clone, Debug)]
pub struct Choice {
    pub name: Name,
    pub aliases: Vec<Text>,
    /// The place of the word `otherwise`, where this choice catches every other value.
    pub otherwise: Option<Span>,
}

/// What may follow the type of a field.
#[derive(Clone, Debug)]
pub struct Modifier {
    pub span: Span,
    pub kind: ModifierKind,
}

/// One modifier of a field.
#[derive(Clone, Debug)]
pub enum ModifierKind {
    /// `column "A", "B"`
    Column(Vec<Text>),
    /// `ask [on form, call] "question"`
    Ask { on: Vec<Name>, question: Text },
    /// `known from STAGE`
    KnownFrom(Name),
    /// `unknown [only] "Select", 0`; numbers stand as written
    Unknown { only: bool, spellings: Vec<Text> },
    /// `empty "None"`
    Empty(Vec<Text>),
    /// `label "…"`
    Label(Text),
}

/// `name: type` in the events block.
#[derive(Clone, Debug)]
pub struct AttributeDecl {
    pub name: Name,
    pub ty: Type,
}

/// The tier of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    High,
    Mid,
    Low,
    Negative,
}

/// `[replace] NAME: tier from channel… [event "type", …] [where COND]`
#[derive(Clone, Debug)]
pub struct SignalDecl {
    pub span: Span,
    pub replace: Option<Span>,
    pub name: Name,
    pub tier: Spanned<Tier>,
    pub from: Vec<Name>,
    pub events: Vec<Text>,
    pub condition: Option<Cond>,
}

/// `[replace] NAME: "Title" titles "…" [cares about "…"]`
#[derive(Clone, Debug)]
pub struct PersonaDecl {
    pub span: Span,
    pub replace: Option<Span>,
    pub name: Name,
    pub title: Text,
    pub titles: Vec<Text>,
    pub cares_about: Vec<Text>,
}

/// An item of the committee block.
#[derive(Clone, Debug)]
pub enum CommitteeItem {
    /// `engaged within N days`
    EngagedWithin { span: Span, days: Count },
    /// `[replace] ROLE: [optional] from persona… [when COND] [expected when COND]`
    Role(RoleDecl),
}

/// A role of the buying committee.
#[derive(Clone, Debug)]
pub struct RoleDecl {
    pub span: Span,
    pub replace: Option<Span>,
    pub name: Name,
    pub optional: Option<Span>,
    pub from: Vec<Name>,
    pub when: Option<Cond>,
    pub expected_when: Option<Cond>,
}

/// `define NAME = COND`
#[derive(Clone, Debug)]
pub struct Define {
    pub name: Name,
    pub condition: Cond,
}

/// `must [NAME:] COND [because "…"]`; the checker asks for the reason.
#[derive(Clone, Debug)]
pub struct Must {
    pub span: Span,
    pub name: Option<Name>,
    pub condition: Cond,
    pub because: Option<Text>,
}

/// `score NAME [out of N] { groups and bands }`
#[derive(Clone, Debug)]
pub struct Score {
    pub name: Name,
    pub out_of: Option<Number>,
    pub items: Vec<ScoreItem>,
}

/// An item of a score.
#[derive(Clone, Debug)]
pub enum ScoreItem {
    Group(Group),
    Bands { span: Span, bands: Vec<Band> },
}

/// `NAME ["Title"] [up to N] [down to -N] { criteria }`
#[derive(Clone, Debug)]
pub struct Group {
    pub span: Span,
    pub name: Name,
    pub title: Option<Text>,
    pub up_to: Option<Number>,
    /// Keeps a leading `-`.
    pub down_to: Option<Number>,
    pub criteria: Vec<Criterion>,
}

/// `[NAME:] +P when COND` or `[NAME:] +P per SIGNAL …`
#[derive(Clone, Debug)]
pub struct Criterion {
    pub span: Span,
    pub name: Option<Name>,
    /// With its sign: `+20`, `-7.5`.
    pub points: Number,
    pub kind: CriterionKind,
    pub because: Option<Text>,
}

/// What earns the points.
#[derive(Clone, Debug)]
pub enum CriterionKind {
    When(Cond),
    Per { signal: Name, settings: Vec<PerSetting> },
}

/// What may follow `per SIGNAL`, comma separated (`at least 3 within 30 days` is two of them).
#[derive(Clone, Debug)]
pub enum PerSetting {
    Newest(Count),
    AtLeast(Count),
    Within(Count),
    HalvesEvery(Count),
}

/// `NAME [>= N]`
#[derive(Clone, Debug)]
pub struct Band {
    pub name: Name,
    pub at_least: Option<Number>,
}

/// `checklist NAME "Title" { "item": COND }`
#[derive(Clone, Debug)]
pub struct Checklist {
    pub name: Name,
    pub title: Option<Text>,
    pub items: Vec<(Text, Cond)>,
}

/// `[replace] NAME "Title" { require … }`
#[derive(Clone, Debug)]
pub struct Stage {
    pub span: Span,
    pub replace: Option<Span>,
    pub name: Name,
    pub title: Option<Text>,
    pub items: Vec<StageItem>,
}

/// An item of a stage.
#[derive(Clone, Debug)]
pub enum StageItem {
    Require(Must),
    Should(Must),
    FallBack { span: Span, to: Name, when: Cond },
}

/// `"…": COND [owner NAME]`
#[derive(Clone, Debug)]
pub struct Risk {
    pub title: Text,
    pub condition: Cond,
    pub owner: Option<Name>,
}

/// `[replace] NAME "Title" { next … owner … due … }`
#[derive(Clone, Debug)]
pub struct Outcome {
    pub span: Span,
    pub replace: Option<Span>,
    pub name: Name,
    pub title: Option<Text>,
    pub items: Vec<OutcomeItem>,
}

/// An item of an outcome.
#[derive(Clone, Debug)]
pub struct OutcomeItem {
    pub span: Span,
    pub kind: OutcomeItemKind,
    pub when: Option<Cond>,
}

/// What an item of an outcome says.
#[derive(Clone, Debug)]
pub enum OutcomeItemKind {
    /// `next "…"`
    Next(Text),
    /// `owner NAME`
    Owner(Name),
    /// `due N unit [after latest … | before FIELD]`
    Due(Due),
    /// `revisit in N days`
    RevisitIn(Count),
    /// `revisit on FIELD`
    RevisitOn(Name),
    /// `check CHECKLIST`
    Check(Name),
}

/// `N days`, `N hours`, `N business days`, from what.
#[derive(Clone, Debug)]
pub struct Due {
    pub amount: Count,
    pub unit: DueUnit,
    pub anchor: DueAnchor,
}

/// What a due time is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DueUnit {
    Hours,
    Days,
    BusinessDays,
}

/// What a due time is counted from.
#[derive(Clone, Debug)]
pub enum DueAnchor {
    /// Nothing said: from the as-of.
    AsOf,
    /// `after latest high signal`, `after latest mid or high signal`
    AfterTiers(Vec<Spanned<Tier>>),
    /// `after latest SIGNAL`
    AfterSignal(Name),
    /// `before FIELD`
    Before(Name),
}

/// An item of the route block.
#[derive(Clone, Debug)]
pub struct RouteItem {
    pub span: Span,
    pub name: Option<Name>,
    pub kind: RouteItemKind,
    pub because: Option<Text>,
}

/// What an item of the route block says.
#[derive(Clone, Debug)]
pub enum RouteItemKind {
    /// `to OUTCOME when COND`; the checker reports a missing `when`.
    To { outcome: Name, when: Option<Cond> },
    /// `by A, B [when COND] { matrix }`: rows by A, columns by B.
    By { rows: Name, columns: Name, when: Option<Cond>, header: Vec<Name>, body: Vec<MatrixRow> },
    /// `otherwise to OUTCOME`
    Otherwise { outcome: Name },
}

/// `band: cells`
#[derive(Clone, Debug)]
pub struct MatrixRow {
    pub band: Name,
    pub cells: Vec<Cell>,
}

/// One cell: an outcome, or `-` for "go on to the next rule".
#[derive(Clone, Debug)]
pub struct Cell {
    pub span: Span,
    pub outcome: Option<Name>,
}

/// `discovery "Title" { section: fields or roles }`
#[derive(Clone, Debug)]
pub struct Discovery {
    pub title: Option<Text>,
    pub sections: Vec<(Name, Vec<Name>)>,
}

/// `on TRIGGER [when COND] [because "…"]`
#[derive(Clone, Debug)]
pub struct Trigger {
    pub span: Span,
    pub kind: TriggerKind,
    pub when: Option<Cond>,
    pub because: Option<Text>,
}

/// What makes a lead worth looking at again.
#[derive(Clone, Debug)]
pub enum TriggerKind {
    Signals(Vec<Name>),
    NewStakeholder,
    ChangeOf(Name),
    FromTo { field: Name, from: Vec<Value>, to: Vec<Value> },
    Rises(Name),
    Falls(Name),
}

/// `"Heading": fields …`
#[derive(Clone, Debug)]
pub struct RecordSection {
    pub heading: Text,
    pub fields: Vec<Name>,
}

/// `account by FIELD { newest by FIELD }`
#[derive(Clone, Debug)]
pub struct Account {
    pub by: Name,
    pub newest_by: Option<Name>,
}

/// `guarantee "…" { never COND }`
#[derive(Clone, Debug)]
pub struct Guarantee {
    pub title: Text,
    pub claims: Vec<Claim>,
}

/// One claim of a guarantee.
#[derive(Clone, Debug)]
pub enum Claim {
    Never(Cond),
    Always(Cond),
}

/// `import NAME { … }`
#[derive(Clone, Debug)]
pub struct Import {
    pub name: Name,
    pub items: Vec<ImportItem>,
}

/// An item of an import.
#[derive(Clone, Debug)]
pub enum ImportItem {
    /// `leads { … }`, `events { … }`, `contacts { … }`
    Table { span: Span, table: Spanned<Table>, items: Vec<TableItem> },
    /// `types { "1": page_view }`: the system's type to the event type of the policy
    Types(Vec<(Text, Name)>),
    /// `channel website for page_view, …`
    Channel { channel: Name, types: Vec<Name> },
    /// A setting for all tables.
    Setting(ImportSetting),
}

/// Which file of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Table {
    Leads,
    Events,
    Contacts,
}

/// An item of a table of an import.
#[derive(Clone, Debug)]
pub enum TableItem {
    /// `name: "Column", "Other column"`
    Map { name: Name, columns: Vec<Text> },
    /// `split ";"` and the like
    Setting(ImportSetting),
}

/// A setting of an import.
#[derive(Clone, Debug)]
pub struct ImportSetting {
    pub span: Span,
    pub kind: ImportSettingKind,
}

/// What a setting of an import says.
#[derive(Clone, Debug)]
pub enum ImportSettingKind {
    /// `split ";" [for field, …]`: the separator of multi-selects
    Split { separator: Text, fields: Vec<Name> },
    /// `dates "MM/DD/YYYY" [for field, …]`
    Dates { format: Text, fields: Vec<Name> },
    /// `delimiter ";"`
    Delimiter(Text),
    /// `encoding "windows-1252"`
    Encoding(Text),
    /// `numbers "1.200,00"`: how a thousand and two hundred with two places is written
    Numbers(Text),
    /// `unknown "null", "n.n."`
    Unknown(Vec<Text>),
}

/// `test "…" { as of · given · expect }`
#[derive(Clone, Debug)]
pub struct Test {
    pub title: Text,
    pub items: Vec<TestItem>,
}

/// An item of a test.
#[derive(Clone, Debug)]
pub enum TestItem {
    /// `as of 2026-03-31T12:00Z`
    AsOf(Value),
    /// `given { field: value, … }`
    Fields { span: Span, values: Vec<(Name, GivenValue)> },
    /// `given role R STATUS, role R STATUS`
    Roles(Vec<(Name, Name)>),
    /// `given signal S on T, T` / `given signal S N days ago` [with { attribute: value }]
    Signal { span: Span, signal: Name, times: Vec<When>, with: Vec<(Name, GivenValue)> },
    /// `cases { columns, then rows }`: one test a row
    Cases { span: Span, header: Vec<Name>, rows: Vec<CaseRow> },
    /// `expect E, E`
    Expect(Vec<Expectation>),
}

/// `"title": cells`
#[derive(Clone, Debug)]
pub struct CaseRow {
    pub title: Text,
    pub cells: Vec<CaseCell>,
}

/// One cell of a table of cases; `None` for `-`: not given, or not looked at.
#[derive(Clone, Debug)]
pub struct CaseCell {
    pub span: Span,
    pub value: Option<GivenValue>,
}

/// A value given in a test: one, or a list for a multi-select (`[]` is the known empty set).
#[derive(Clone, Debug)]
pub enum GivenValue {
    One(Value),
    List(Span, Vec<Value>),
}

/// When an event of a test happened.
#[derive(Clone, Debug)]
pub enum When {
    On(Value),
    DaysAgo(Count),
}

/// One expectation of a test.
#[derive(Clone, Debug)]
pub struct Expectation {
    pub span: Span,
    pub kind: ExpectationKind,
}

/// What a test expects.
#[derive(Clone, Debug)]
pub enum ExpectationKind {
    Holds(Cond),
    /// `fit range 40..100`
    Range {
        score: Name,
        low: Number,
        high: Number,
    },
    /// `route could be X`
    CouldBe(Name),
    /// `also matches X`
    AlsoMatches(Name),
    /// `asks [a, b]`
    Asks(Vec<Name>),
    /// `out of scope`
    OutOfScope,
    /// `rule is NAME`, or `rule is "ready.strong.high"`
    Rule(Name),
    /// `blocked by NAME`, or `blocked by "mql.2"`
    Blocked(Name),
    /// `next "…"`
    Next(Text),
    /// `owner NAME`
    Owner(Name),
    /// `due 2026-04-03`
    Due(Value),
    /// `revisit 2026-06-29`
    Revisit(Value),
    /// `"item of a checklist" is yes`
    Item {
        item: Text,
        is: Answer,
    },
}

/// How an item of a checklist comes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    Yes,
    No,
    Unknown,
}

/// A condition.
#[derive(Clone, Debug)]
pub struct Cond {
    pub span: Span,
    pub kind: CondKind,
}

/// What a condition says. Parentheses leave no node of their own; they widen the span of what they hold.
#[derive(Clone, Debug)]
pub enum CondKind {
    Or(Vec<Cond>),
    And(Vec<Cond>),
    Not(Box<Cond>),
    Confirmed(Box<Cond>),
    Unconfirmed(Box<Cond>),
    /// A bare name: a definition or a boolean field.
    Holds(Name),
    /// `X is V`, `X is not V`, `X >= V` …
    Compare {
        subject: Subject,
        op: Spanned<Op>,
        value: Value,
    },
    /// `X in [..]`, `X not in [..]`
    In {
        subject: Subject,
        negated: bool,
        values: Vec<Value>,
    },
    /// `X between A and B`
    Between {
        subject: Subject,
        low: Value,
        high: Value,
    },
    /// `X has V`, `has any of`, `has all of`, `has none of`
    Has {
        subject: Name,
        quantifier: Quantifier,
        values: Vec<Value>,
    },
    /// `X is empty`, `X is not empty`
    Empty {
        subject: Name,
        negated: bool,
    },
    /// `X contains "…"` and the like
    Text {
        subject: Name,
        op: TextOp,
        texts: Vec<Text>,
    },
    /// `X within last N days`, `X within next N days`
    WithinDays {
        subject: Name,
        direction: Direction,
        days: Count,
    },
    /// `X before DATE`
    Before {
        subject: Name,
        date: Value,
    },
    /// `X after DATE`
    After {
        subject: Name,
        date: Value,
    },
    /// `X is known`, `X is unknown`
    Known {
        subject: Name,
        negated: bool,
    },
    /// `S ever`, `S within N days`, `no S within N days`, `any mid or high signal …`, `no high signal ever`
    Happened {
        negated: bool,
        signals: Signals,
        within: Option<Count>,
    },
    /// `count of S [within N days] >= N`
    CountSignals {
        signals: Signals,
        within: Option<Count>,
        op: Spanned<Op>,
        count: Count,
    },
    /// `count of engaged roles >= N`
    CountRoles {
        status: Name,
        op: Spanned<Op>,
        count: Count,
    },
    /// `days since S > N`
    DaysSince {
        signals: Signals,
        op: Spanned<Op>,
        days: Count,
    },
}

/// What is compared.
#[derive(Clone, Debug)]
pub enum Subject {
    /// A field, role, score, checklist, or one of `icp`, `stage`, `committee`, `route`.
    Name(Name),
    /// `previous route`
    PreviousRoute(Span),
}

/// One signal or all signals of some tiers.
#[derive(Clone, Debug)]
pub enum Signals {
    One(Name),
    Tiers(Vec<Spanned<Tier>>),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    Is,
    IsNot,
    Ge,
    Gt,
    Le,
    Lt,
}

/// How many members of a list a multi-select must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Quantifier {
    One,
    Any,
    All,
    None,
}

/// A test on text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextOp {
    Contains,
    StartsWith,
    EndsWith,
    MatchesAny,
}

/// Whether a window of days lies before or after today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    Last,
    Next,
}

/// A literal or a name where a value stands.
#[derive(Clone, Debug)]
pub struct Value {
    pub span: Span,
    pub kind: ValueKind,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ValueKind {
    /// A choice, band, stage, status, outcome, `true`, `yes`, …
    Name(String),
    /// With a leading `-` where it is negative, without underscores.
    Number(String),
    Text(String),
    /// `2026-03-31` or `2026-03-31T12:00Z`, as written.
    Date(String),
}
