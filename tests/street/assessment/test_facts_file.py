"""A plain file of facts is classified as the issue of the platform describes it, or refused with row, field and remedy."""

from datetime import date

import pytest

from hengjian.ground import policy
from hengjian.street.assessment import factfile

LAW = policy.current()
HEADER = ",".join(factfile.COLUMNS)
ENTITY = "A,entity,,,,,,,,"


@pytest.fixture
def judge(tmp_path):
    def classes(*rows, rules="tianjin-2017", on=date(2016, 6, 30), known=None, header=HEADER, code="utf-8"):
        facts, out = tmp_path / "facts.csv", tmp_path / "out.csv"
        facts.write_bytes(("\n".join([header, *rows]) + "\n").encode(code))
        factfile.classify(facts, LAW.ruleset(rules), out, on=on, known=known, terms=LAW.at(on).number)
        head, *lines = out.read_text(encoding="utf-8").splitlines()
        assert head == "uscc,class,reasons"
        return [line.split(",") for line in lines]

    return classes


def penalty(uscc="A", fine="0", *, recorded="2016-05-02", confiscated="", warning="", withdrawn="", repaired="", ended=""):
    return f"{uscc},penalty,2016-05-01,{recorded},{fine},{confiscated},{warning},{withdrawn},{repaired},{ended}"


@pytest.mark.parametrize(
    ("rows", "older", "newer"),
    [
        ([penalty(fine="80000")], "red", "yellow"),
        ([penalty() for _ in range(5)], "red", "yellow"),
        ([penalty() for _ in range(6)], "black", "red"),
        ([penalty() for _ in range(10)], "black", "red"),
        ([penalty() for _ in range(11)], "black", "black"),
        ([penalty(fine="100000")], "red", "yellow"),
        ([penalty(fine="100000.01")], "red", "red"),
        ([penalty(fine="60000", confiscated="40000.01")], "red", "red"),
        ([penalty(fine="500000")], "red", "red"),
        ([penalty(fine="500000.01")], "black", "black"),
        ([penalty(fine="")], "red", "yellow"),
        ([penalty(warning="true") for _ in range(12)], "green", "green"),
        (["A,abnormal-list,2016-05-01,2016-05-02,,,,,,"], "red", "yellow"),
        (["A,serious-list,2016-05-01,2016-05-02,,,,,,"], "black", "red"),
        (["A,court-defaulter,2016-05-01,2016-05-02,,,,,,"], "green", "black"),
        (["A,refused-inspection,2016-05-01,2016-05-02,,,,,,"], "green", "yellow"),
        ([ENTITY], "green", "green"),
    ],
)
def test_the_rules_of_2015_and_of_2017_answer_each_in_their_own_way(judge, rows, older, newer):
    assert [[line[1] for line in judge(*rows, rules=rules)] for rules in ("tianjin-2015", "tianjin-2017")] == [[older], [newer]]


def test_every_entity_has_one_row_with_its_reasons_in_the_order_of_the_codes(judge):
    rows = ["B,entity,,,,,,,,", *(penalty("C", "60000") for _ in range(6)), ENTITY, ENTITY, penalty("B")]
    assert judge(*rows) == [
        ["A", "green", "tianjin-2017.green.clean"],
        ["B", "yellow", "tianjin-2017.yellow.penalties"],
        ["C", "red", "tianjin-2017.red.penalties;tianjin-2017.red.fines"],
    ]


@pytest.mark.parametrize("closed", ["withdrawn", "repaired", "ended"])
def test_a_closed_record_counts_until_the_day_before_it_was_closed(judge, closed):
    row = penalty(fine="600000", **{closed: "2016-06-30"})
    assert [judge(row, on=date(2016, 6, day))[0][1] for day in (29, 30)] == ["black", "green"]


def test_a_late_record_counts_only_as_known_from_its_day(judge):
    row = penalty(fine="600000", recorded="2016-08-01")
    known = [date(2016, 7, 31), date(2016, 8, 1), None]
    assert [judge(row, known=day)[0][1] for day in known] == ["green", "black", "black"]


@pytest.mark.parametrize(
    ("rows", "row", "field"),
    [
        (["A,penalti,2016-05-01,2016-05-02,,,,,,"], 2, "kind"),
        (["A,%(x)s,2016-05-01,2016-05-02,,,,,,"], 2, "kind"),
        ([ENTITY, "", "B,penalty,2016-13-01,2016-05-02,,,,,,"], 4, "decided_on"),
        ([ENTITY, 'B,penalty,2016-05-01,2016-05-02,"1,000",,,,,'], 3, "fine_yuan"),
        ([penalty(confiscated="-5")], 2, "confiscated_yuan"),
        ([penalty(warning="maybe")], 2, "warning_only"),
        ([",entity,,,,,,,,"], 2, "uscc"),
        ([ENTITY, "B,penalty,2016-05-01"], 3, "recorded_on"),
        ([ENTITY, "", "B,entity,,,,,,,,,,x"], 4, "ended_on"),
    ],
)
def test_a_wrong_row_is_named_with_its_field_and_what_to_write(judge, rows, row, field):
    with pytest.raises(factfile.BadFacts, match=f"第{row}行.*；") as refused:
        judge(*rows)
    assert (refused.value.facts["row"], refused.value.facts["field"]) == (row, field)


@pytest.mark.parametrize("header", [HEADER.replace(",ended_on", ""), HEADER + ",uscc"])
def test_a_header_without_a_column_or_with_one_twice_is_refused(judge, header):
    with pytest.raises(factfile.BadFacts, match="第1行.*表头应为 uscc,kind"):
        judge(ENTITY, header=header)


def test_a_file_in_another_encoding_is_refused_with_the_line(judge):
    with pytest.raises(factfile.BadFacts, match="第3行不是 UTF-8"):
        judge(ENTITY, "企业,entity,,,,,,,,", code="gb18030")


def test_columns_may_stand_in_another_order_beside_others(judge):
    header = "kind,note,uscc," + HEADER.split(",", 2)[2]
    assert judge("penalty,x,A,2016-05-01,2016-05-02,80000,,,,,", header=header) == [["A", "yellow", "tianjin-2017.yellow.penalties"]]
