//! What the rules of the grammar are called in messages: the one place that turns rules into words.
//!
//! The match has no wildcard, so a rule added to the grammar cannot go without words.

use super::grammar::Rule;

/// How a rule is spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Words {
    /// The words, with backticks around what is written literally.
    pub say: &'static str,
    /// Whether `say` is a keyword or punctuation and is to stand in backticks.
    pub literal: bool,
    /// Whether pairs of this rule carry no meaning of their own.
    pub is_token: bool,
    /// The keywords it may begin with, for suggestions.
    pub starts: &'static [&'static str],
}

/// A keyword or punctuation.
fn token(say: &'static str) -> Words {
    Words { say, literal: true, is_token: true, starts: &[] }
}

/// A keyword whose presence alone says something.
fn mark(say: &'static str) -> Words {
    Words { say, literal: true, is_token: false, starts: &[] }
}

fn phrase(say: &'static str, starts: &'static [&'static str]) -> Words {
    Words { say, literal: false, is_token: false, starts }
}

/// Whether pairs of this rule are keywords or punctuation.
pub(super) fn is_token(rule: Rule) -> bool {
    words(rule).is_token
}

/// The words for a rule.
pub(super) fn words(rule: Rule) -> Words {
    match rule {
        Rule::kw_about => token("about"),
        Rule::kw_account => token("account"),
        Rule::kw_after => token("after"),
        Rule::kw_ago => token("ago"),
        Rule::kw_all => token("all"),
        Rule::kw_also => token("also"),
        Rule::kw_always => token("always"),
        Rule::kw_and => token("and"),
        Rule::kw_any => token("any"),
        Rule::kw_applies => token("applies"),
        Rule::kw_as => token("as"),
        Rule::kw_ask => token("ask"),
        Rule::kw_asks => token("asks"),
        Rule::kw_at => token("at"),
        Rule::kw_back => token("back"),
        Rule::kw_bands => token("bands"),
        Rule::kw_be => token("be"),
        Rule::kw_because => token("because"),
        Rule::kw_before => token("before"),
        Rule::kw_between => token("between"),
        Rule::kw_blocked => token("blocked"),
        Rule::kw_boolean => token("boolean"),
        Rule::kw_business => token("business"),
        Rule::kw_by => token("by"),
        Rule::kw_cares => token("cares"),
        Rule::kw_cases => token("cases"),
        Rule::kw_change => token("change"),
        Rule::kw_channel => token("channel"),
        Rule::kw_channels => token("channels"),
        Rule::kw_check => token("check"),
        Rule::kw_checklist => token("checklist"),
        Rule::kw_column => token("column"),
        Rule::kw_committee => token("committee"),
        Rule::kw_confirmed => token("confirmed"),
        Rule::kw_contacts => token("contacts"),
        Rule::kw_contains => token("contains"),
        Rule::kw_could => token("could"),
        Rule::kw_count => token("count"),
        Rule::kw_date => token("date"),
        Rule::kw_dates => token("dates"),
        Rule::kw_days => token("days"),
        Rule::kw_define => token("define"),
        Rule::kw_delimiter => token("delimiter"),
        Rule::kw_discovery => token("discovery"),
        Rule::kw_down => token("down"),
        Rule::kw_due => token("due"),
        Rule::kw_empty => token("empty"),
        Rule::kw_encoding => token("encoding"),
        Rule::kw_ends => token("ends"),
        Rule::kw_engaged => token("engaged"),
        Rule::kw_event => token("event"),
        Rule::kw_events => token("events"),
        Rule::kw_ever => token("ever"),
        Rule::kw_every => token("every"),
        Rule::kw_expect => token("expect"),
        Rule::kw_expect_moves => token("expect-moves"),
        Rule::kw_expected => token("expected"),
        Rule::kw_extend => token("extend"),
        Rule::kw_fall => token("fall"),
        Rule::kw_falls => token("falls"),
        Rule::kw_for => token("for"),
        Rule::kw_from => token("from"),
        Rule::kw_given => token("given"),
        Rule::kw_guarantee => token("guarantee"),
        Rule::kw_halves => token("halves"),
        Rule::kw_has => token("has"),
        Rule::kw_high => token("high"),
        Rule::kw_holidays => token("holidays"),
        Rule::kw_hours => token("hours"),
        Rule::kw_icp => token("icp"),
        Rule::kw_import => token("import"),
        Rule::kw_in => token("in"),
        Rule::kw_is => token("is"),
        Rule::kw_known => token("known"),
        Rule::kw_label => token("label"),
        Rule::kw_last => token("last"),
        Rule::kw_latest => token("latest"),
        Rule::kw_lead => token("lead"),
        Rule::kw_leads => token("leads"),
        Rule::kw_least => token("least"),
        Rule::kw_library => token("library"),
        Rule::kw_low => token("low"),
        Rule::kw_matches => token("matches"),
        Rule::kw_mid => token("mid"),
        Rule::kw_must => token("must"),
        Rule::kw_negative => token("negative"),
        Rule::kw_never => token("never"),
        Rule::kw_new => token("new"),
        Rule::kw_newest => token("newest"),
        Rule::kw_next => token("next"),
        Rule::kw_no => token("no"),
        Rule::kw_none => token("none"),
        Rule::kw_not => token("not"),
        Rule::kw_number => token("number"),
        Rule::kw_numbers => token("numbers"),
        Rule::kw_of => token("of"),
        Rule::kw_on => token("on"),
        Rule::kw_one => token("one"),
        Rule::kw_or => token("or"),
        Rule::kw_ordered => token("ordered"),
        Rule::kw_otherwise => token("otherwise"),
        Rule::kw_out => token("out"),
        Rule::kw_outcomes => token("outcomes"),
        Rule::kw_owner => token("owner"),
        Rule::kw_per => token("per"),
        Rule::kw_personas => token("personas"),
        Rule::kw_policy => token("policy"),
        Rule::kw_portfolio => token("portfolio"),
        Rule::kw_previous => token("previous"),
        Rule::kw_range => token("range"),
        Rule::kw_record => token("record"),
        Rule::kw_requalify => token("requalify"),
        Rule::kw_require => token("require"),
        Rule::kw_revisit => token("revisit"),
        Rule::kw_rises => token("rises"),
        Rule::kw_risks => token("risks"),
        Rule::kw_role => token("role"),
        Rule::kw_roles => token("roles"),
        Rule::kw_route => token("route"),
        Rule::kw_rule => token("rule"),
        Rule::kw_scope => token("scope"),
        Rule::kw_score => token("score"),
        Rule::kw_should => token("should"),
        Rule::kw_signal => token("signal"),
        Rule::kw_signals => token("signals"),
        Rule::kw_since => token("since"),
        Rule::kw_some => token("some"),
        Rule::kw_split => token("split"),
        Rule::kw_stages => token("stages"),
        Rule::kw_stakeholder => token("stakeholder"),
        Rule::kw_starts => token("starts"),
        Rule::kw_test => token("test"),
        Rule::kw_text => token("text"),
        Rule::kw_time_zone => token("time-zone"),
        Rule::kw_titles => token("titles"),
        Rule::kw_to => token("to"),
        Rule::kw_types => token("types"),
        Rule::kw_unconfirmed => token("unconfirmed"),
        Rule::kw_unknown => token("unknown"),
        Rule::kw_up => token("up"),
        Rule::kw_use => token("use"),
        Rule::kw_version => token("version"),
        Rule::kw_when => token("when"),
        Rule::kw_where => token("where"),
        Rule::kw_with => token("with"),
        Rule::kw_within => token("within"),
        Rule::kw_yes => token("yes"),
        Rule::brace_open => token("{"),
        Rule::brace_close => token("}"),
        Rule::bracket_open => token("["),
        Rule::bracket_close => token("]"),
        Rule::paren_open => token("("),
        Rule::paren_close => token(")"),
        Rule::colon => token(":"),
        Rule::comma => token(","),
        Rule::equals => token("="),
        Rule::dots => token(".."),
        Rule::percent => token("%"),
        Rule::at_or_above => token(">="),
        Rule::not_mark => mark("not"),
        Rule::optional_mark => mark("optional"),
        Rule::otherwise_mark => mark("otherwise"),
        Rule::replace_mark => mark("replace"),
        Rule::only_mark => mark("only"),
        Rule::name
        | Rule::mention
        | Rule::member
        | Rule::choice_name
        | Rule::field_name
        | Rule::persona_name
        | Rule::mentions
        | Rule::header
        | Rule::label_name
        | Rule::label
        | Rule::list_value => phrase("a name", &[]),
        Rule::name_list => phrase("a list of names such as `[a, b]`", &[]),
        Rule::text | Rule::text_value | Rule::texts | Rule::title | Rule::spelling => phrase("a text in quotes", &[]),
        Rule::text_list => phrase("a list of texts such as `[\"a\", \"b\"]`", &[]),
        Rule::list => phrase("a list such as `[a, b]`", &[]),
        Rule::number | Rule::signed | Rule::number_value | Rule::range_low | Rule::range_high => {
            phrase("a number", &[])
        }
        Rule::count => phrase("a whole number", &[]),
        Rule::days | Rule::days_ago | Rule::ago_times => phrase("a number of days such as `30 days`", &[]),
        Rule::points => phrase("points such as `+20`", &[]),
        Rule::moment | Rule::on_times => phrase("a date such as `2026-03-31` or `2026-03-31T12:00Z`", &[]),
        Rule::value => phrase("a value", &[]),
        Rule::cond
        | Rule::and_cond
        | Rule::unary
        | Rule::prefix
        | Rule::group_cond
        | Rule::comparison
        | Rule::expectation
        | Rule::demand => {
            phrase("a condition", &["not", "confirmed", "unconfirmed", "no", "any", "count", "days", "previous"])
        }
        Rule::signals_of | Rule::tier_signals => phrase("a signal", &[]),
        Rule::no_signal | Rule::any_signal | Rule::count_cond | Rule::days_since | Rule::previous => {
            phrase("a condition", &["no", "any", "count", "days", "previous"])
        }
        Rule::counted_roles => phrase("`roles`", &["roles"]),
        Rule::tier => phrase("a tier: `high`, `mid`, `low` or `negative`", &["high", "mid", "low", "negative"]),
        Rule::window => phrase("`within … days` or `ever`", &["within", "ever"]),
        Rule::in_days => phrase("`within … days`", &["within"]),
        Rule::tail
        | Rule::is_tail
        | Rule::in_tail
        | Rule::not_in_tail
        | Rule::order_tail
        | Rule::between_tail
        | Rule::has_tail
        | Rule::contains_tail
        | Rule::starts_tail
        | Rule::ends_tail
        | Rule::matches_tail
        | Rule::within_tail
        | Rule::before_tail
        | Rule::after_tail
        | Rule::ever_tail => phrase(
            "a comparison (`is`, `in`, `>=` …)",
            &[
                "is", "not", "in", "has", "between", "within", "ever", "contains", "starts", "ends", "matches",
                "before", "after",
            ],
        ),
        Rule::quantifier => phrase("`any of`, `all of` or `none of`", &["any", "all", "none"]),
        Rule::direction => phrase("`last` or `next`", &["last", "next"]),
        Rule::order | Rule::compare => phrase("a comparison such as `>=`", &["is"]),
        Rule::because => phrase("`because \"…\"`", &["because"]),
        Rule::when => phrase("`when …`", &["when"]),
        Rule::policy_setting
        | Rule::version
        | Rule::policy_owner
        | Rule::applies
        | Rule::time_zone
        | Rule::holidays
        | Rule::expect_moves => phrase(
            "a setting such as `version \"…\"`",
            &["version", "owner", "applies", "time-zone", "holidays", "expect-moves"],
        ),
        Rule::portfolio_rest => phrase("`otherwise`", &["otherwise"]),
        Rule::field => phrase("a field such as `name: one of { … }`", &["replace", "extend"]),
        Rule::field_type
        | Rule::one_of
        | Rule::some_of
        | Rule::ordered
        | Rule::type_boolean
        | Rule::type_number
        | Rule::type_date
        | Rule::type_text => phrase(
            "a type (`one of { … }`, `boolean`, `text` …)",
            &["one", "some", "ordered", "boolean", "number", "date", "text"],
        ),
        Rule::range => phrase("a range such as `0..100`", &[]),
        Rule::choices => phrase("choices in `{ }`", &[]),
        Rule::choice => phrase("a choice", &[]),
        Rule::modifier
        | Rule::column
        | Rule::ask
        | Rule::known_from
        | Rule::unknown
        | Rule::empty
        | Rule::field_label => phrase(
            "a modifier (`column \"…\"`, `ask \"…\"` …)",
            &["column", "ask", "known", "unknown", "empty", "label"],
        ),
        Rule::attribute => phrase("an attribute such as `name: text`", &[]),
        Rule::signal => phrase("a signal such as `name: high from form`", &[]),
        Rule::event_types => phrase("`event \"…\"`", &["event"]),
        Rule::where_cond => phrase("`where …`", &["where"]),
        Rule::persona => phrase("a persona such as `name: \"Title\" titles \"…\"`", &[]),
        Rule::cares => phrase("`cares about \"…\"`", &["cares"]),
        Rule::role | Rule::engaged_within => phrase("a role such as `name: from persona`", &["engaged"]),
        Rule::expected_when => phrase("`expected when …`", &["expected"]),
        Rule::must => phrase("a criterion such as `must …`", &["must"]),
        Rule::out_of => phrase("`out of …`", &["out"]),
        Rule::group => phrase("a group such as `name up to 20 { … }`", &["bands"]),
        Rule::up_to => phrase("`up to …`", &["up"]),
        Rule::down_to => phrase("`down to …`", &["down"]),
        Rule::criterion => phrase("a criterion such as `+20 when …`", &[]),
        Rule::per => phrase("`per` and a signal", &["per"]),
        Rule::per_setting | Rule::newest | Rule::at_least | Rule::halves_every => {
            phrase("a setting such as `newest 1`", &["newest", "at", "within", "halves"])
        }
        Rule::bands => phrase("bands such as `bands { strong >= 70, weak }`", &["bands"]),
        Rule::band => phrase("a band", &[]),
        Rule::check_item | Rule::risk => phrase("an item such as `\"title\": condition`", &[]),
        Rule::stage => phrase("a stage such as `name \"Title\" { … }`", &[]),
        Rule::require | Rule::should | Rule::fall_back => {
            phrase("a requirement such as `require …`", &["require", "should", "fall"])
        }
        Rule::risk_owner => phrase("`owner …`", &["owner"]),
        Rule::outcome => phrase("an outcome such as `name \"Title\" { … }`", &[]),
        Rule::outcome_item
        | Rule::next_step
        | Rule::outcome_owner
        | Rule::due
        | Rule::revisit_in
        | Rule::revisit_on
        | Rule::check => {
            phrase("an item (`next \"…\"`, `owner`, `due` …)", &["next", "owner", "due", "revisit", "check"])
        }
        Rule::due_unit => phrase("`days`, `hours` or `business days`", &["days", "hours", "business"]),
        Rule::due_after => phrase("`after latest …`", &["after"]),
        Rule::due_before => phrase("`before` and a field", &["before"]),
        Rule::route_item | Rule::route_to | Rule::route_by | Rule::route_otherwise => {
            phrase("a rule such as `to demo when …`", &["to", "by", "otherwise"])
        }
        Rule::matrix => phrase("a matrix in `{ }`", &[]),
        Rule::matrix_row => phrase("a row such as `strong: demo nurture`", &[]),
        Rule::cell => phrase("an outcome or `-`", &[]),
        Rule::dash => phrase("`-`", &[]),
        Rule::section => phrase("a section such as `name: field, field`", &[]),
        Rule::record_section => phrase("a section such as `\"Heading\": field, field`", &[]),
        Rule::trigger => phrase("a trigger such as `on change of …`", &["on"]),
        Rule::new_stakeholder | Rule::change_of | Rule::field_trigger => phrase("a trigger", &["new", "change"]),
        Rule::field_change | Rule::from_to | Rule::rises | Rule::falls => {
            phrase("`from … to …`, `rises` or `falls`", &["from", "rises", "falls"])
        }
        Rule::newest_by => phrase("`newest by`", &["newest"]),
        Rule::never | Rule::always => phrase("a claim such as `never …`", &["never", "always"]),
        Rule::as_of | Rule::given | Rule::expect => {
            phrase("an item such as `given …` or `expect …`", &["as", "given", "cases", "expect"])
        }
        Rule::given_field => phrase("a value such as `field: value`", &[]),
        Rule::given_fields | Rule::given_roles | Rule::given_role | Rule::given_signal => {
            phrase("what is given: `{ field: value }`, `role …` or `signal …`", &["role", "signal"])
        }
        Rule::given_with => phrase("`with { … }`", &["with"]),
        Rule::score_range
        | Rule::could_be
        | Rule::also_matches
        | Rule::asks
        | Rule::out_of_scope
        | Rule::rule_is
        | Rule::blocked_by
        | Rule::next_is
        | Rule::owner_is
        | Rule::due_is
        | Rule::revisit_is
        | Rule::item_is => phrase(
            "an expectation",
            &["also", "asks", "route", "out", "rule", "blocked", "next", "owner", "due", "revisit"],
        ),
        Rule::answer => phrase("`yes`, `no` or `unknown`", &["yes", "no", "unknown"]),
        Rule::cases | Rule::case_row => phrase("a row such as `\"title\": cells`", &["cases"]),
        Rule::case_cell => phrase("a value, or `-`", &[]),
        Rule::table | Rule::table_kind | Rule::types | Rule::channel => {
            phrase("a table such as `leads { … }`", &["leads", "events", "contacts", "types", "channel"])
        }
        Rule::map_column => phrase("a column such as `name: \"Column\"`", &[]),
        Rule::type_map => phrase("a pair such as `\"1\": event_type`", &[]),
        Rule::for_fields => phrase("`for` and field names", &["for"]),
        Rule::import_setting
        | Rule::split
        | Rule::dates
        | Rule::delimiter
        | Rule::encoding
        | Rule::numbers
        | Rule::unknown_texts => phrase(
            "a setting such as `split \";\"`",
            &["split", "dates", "delimiter", "encoding", "numbers", "unknown"],
        ),
        Rule::policy_body
        | Rule::portfolio_body
        | Rule::lead_body
        | Rule::channels_body
        | Rule::events_body
        | Rule::signals_body
        | Rule::personas_body
        | Rule::committee_body
        | Rule::icp_body
        | Rule::score_body
        | Rule::group_body
        | Rule::bands_body
        | Rule::checklist_body
        | Rule::stages_body
        | Rule::stage_body
        | Rule::risks_body
        | Rule::outcomes_body
        | Rule::outcome_body
        | Rule::route_body
        | Rule::discovery_body
        | Rule::requalify_body
        | Rule::record_body
        | Rule::account_body
        | Rule::guarantee_body
        | Rule::test_body
        | Rule::cases_body
        | Rule::import_body
        | Rule::table_body
        | Rule::types_body => phrase("a block in `{ }`", &[]),
        Rule::chunk
        | Rule::policy
        | Rule::library
        | Rule::use_library
        | Rule::portfolio
        | Rule::lead
        | Rule::extend
        | Rule::channels
        | Rule::events
        | Rule::signals
        | Rule::personas
        | Rule::committee
        | Rule::define
        | Rule::icp
        | Rule::score
        | Rule::checklist
        | Rule::stages
        | Rule::risks
        | Rule::outcomes
        | Rule::route
        | Rule::discovery
        | Rule::requalify
        | Rule::record
        | Rule::account
        | Rule::guarantee
        | Rule::import
        | Rule::test => phrase("a block such as `lead { … }`", &[]),
        Rule::EOI => phrase("the end of the block", &[]),
        Rule::WHITESPACE
        | Rule::comment
        | Rule::gap
        | Rule::block
        | Rule::word_char
        | Rule::word
        | Rule::reserved
        | Rule::operator
        | Rule::plain
        | Rule::here
        | Rule::heading
        | Rule::body_text
        | Rule::item_head
        | Rule::claim_head
        | Rule::no_mention
        | Rule::plain_text
        | Rule::spaces
        | Rule::quoted
        | Rule::digits
        | Rule::primary => phrase("something else", &[]),
    }
}
