"""The page of peers: how far each has followed, what it refused, and the proof for one record."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from hengjian.ground import audit
from hengjian.ground.kit import clock
from hengjian.ground.kit.refusals import NotFound
from hengjian.ground.people import language
from hengjian.ground.people.access import may, requires

from . import answers, sending
from . import repairs as synchronised
from .models import Push
from .peers import named
from .peers import peers as all_peers

REPAIR_HEADS = {
    "peers": (gettext_lazy("网站"), gettext_lazy("修复"), gettext_lazy("按期确认"), gettext_lazy("未按期"), gettext_lazy("已见撤下"), gettext_lazy("报警")),
    "repairs": (
        gettext_lazy("修复"), gettext_lazy("修复日期"), gettext_lazy("网站"), gettext_lazy("状态"), gettext_lazy("期限"), gettext_lazy("推送和回执"),
        gettext_lazy("撤下的证据"),
    ),
}  # fmt: skip


@require_GET
@requires("exchange.view")
def peers(request: HttpRequest) -> HttpResponse:
    on = clock.today()
    asked = request.GET.get("entry", "").strip()
    entry = int(asked) if asked.isdecimal() and len(asked) < 19 else None
    known = all_peers()
    proofs = [(peer, sending.proof(entry, peer)) for peer in known if peer.sends == "notices"] if entry else []
    return render(
        request,
        "exchange/peers.html",
        {
            "heads": {
                "peers": [_("对象"), _("状态"), _("未确认"), _("期限"), _("最近回执"), _("操作")],
                "refused": [_("对象"), _("台账序号"), _("原因"), _("时间")],
                "pushes": [_("对象"), _("时间"), _("范围"), _("条数"), _("结果")],
            },
            "standings": [sending.standing(peer, on) for peer in known],
            "pushes": Push.objects.order_by("-id")[:30],
            "refused": answers.refused()[:50],
            "titles": {peer.code: language.named(peer) for peer in known},
            "asked": asked,
            "proofs": proofs,
            "may_push": may(request, "exchange.push"),
        },
    )


@require_GET
@requires("exchange.view")
def repairs(request: HttpRequest) -> HttpResponse:
    """The synchronisation ledger: every repair with every site, what is late, what proves it."""
    on, officer = clock.today(), request.officer  # type: ignore[attr-defined]
    every = synchronised.lines(on, officer=officer)
    here = request.GET.get("state", "")
    wanted = {"alarm": synchronised.ALARMING, "open": ("off", "waiting", "told", *synchronised.ALARMING), "gone": ("gone",)}
    shown = [line for line in every if line.state in wanted[here]] if here in wanted else every
    names = {"": _("全部"), "alarm": _("报警"), "open": _("未见撤下"), "gone": _("已见撤下")}
    tabs = [
        {"href": f"?state={key}", "title": title, "here": key == (here if here in wanted else ""),
         "count": sum(line.state in wanted[key] for line in every) if key else len(every)}
        for key, title in names.items()
    ]  # fmt: skip
    page = Paginator(shown, 50).get_page(request.GET.get("page"))
    context = {"page": page, "tabs": tabs, "counts": _counted(every), "back": synchronised.BACK, "heads": REPAIR_HEADS, "may_look": may(request, "repair.handle")}
    return render(request, "exchange/repairs.html", context)


def _counted(every: list[synchronised.Line]) -> list[dict[str, object]]:
    """Each peer with how many repairs it follows, in time or not, seen gone, and in alarm."""
    told = synchronised.counts(every)
    return [
        {
            "peer": peer, "all": sum(n for state, n in told[peer.code].items() if " " not in state), "in_time": told[peer.code].get("in time", 0),
            "not_in_time": told[peer.code].get("not in time", 0), "gone": told[peer.code].get("gone", 0),
            "alarm": sum(told[peer.code].get(state, 0) for state in synchronised.ALARMING),
        }
        for peer in all_peers() if peer.code in told
    ]  # fmt: skip


@require_POST
@requires("repair.handle")
def seen(request: HttpRequest, code: str, entry: int) -> HttpResponse:
    """What an officer saw on a site that is not connected or cannot be asked."""
    peer, officer = named(code), request.officer  # type: ignore[attr-defined]
    if peer is None or not any(line.repair.refers_id == entry for line in synchronised.lines(clock.today(), officer=officer)):
        raise NotFound(_("没有这个交换对象，或者这条记录不在您的数据范围内"), peer=code)
    gone, words = request.POST.get("gone") == "yes", request.POST.get("words", "")
    synchronised.seen_by_hand(by=officer, peer=peer, entry_seq=entry, gone=gone, words=words, at=clock.now())
    messages.success(request, _("已记录"))
    return redirect("exchange:repairs")


@require_POST
@requires("exchange.push")
def push(request: HttpRequest, code: str) -> HttpResponse:
    """Tell a peer now, also while its pause after a failure runs."""
    peer = named(code)
    if peer is None or not peer.url:
        raise NotFound(_("没有这个交换对象，或尚未接通"), peer=code)
    made = list(sending.push(peer, on=clock.today(), at=clock.now()))
    audit.record("exchange.push", code, by=request.officer, pushes=[one.pk for one in made])  # type: ignore[attr-defined]
    if not made:
        messages.info(request, _("对方已是最新，没有需要推送的变化"))
    elif made[-1].ok:
        messages.success(request, _("已推送 %(lines)s 条，得到回执") % {"lines": sum(one.lines for one in made)})
    else:
        messages.error(request, _("没有得到回执：%(why)s。将自动重试") % {"why": made[-1].says})
    return redirect("exchange:peers")
