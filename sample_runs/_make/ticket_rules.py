"""What customers of a made-up mail-order shop write, as rules of the grammar in `grammar.py`."""

# ruff: noqa: E501 - a rule is read best on one line

CONCEPTS = ("billing", "refund", "delivery", "damaged", "login", "cancel", "praise")

WORDS: dict[str, tuple[str, ...]] = {
    "thing": (
        "lamp", "kettle", "backpack", "desk chair", "pair of boots", "blender", "rug", "raincoat",
        "coffee grinder", "bookshelf", "phone case", "set of plates", "tent", "keyboard", "mirror",
        "suitcase", "garden hose", "pillow", "bike light", "toaster",
    ),
    "short_thing": ("order", "parcel", "package", "{thing}", "{thing}", "box"),
    "number": ("4417", "20881", "7730", "1502", "33916", "60254", "918", "52077", "8846", "2390"),
    "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "the 3rd", "the 14th", "the 22nd"),
    "ago": ("two days ago", "a week ago", "three weeks ago", "last month", "on {day}", "ages ago"),
    "amount": ("12.50", "39", "8.99", "64.90", "119", "240", "25", "5.40", "17"),
    "month": ("January", "March", "April", "June", "September", "November", "December"),
    "plan": ("subscription", "membership", "plus plan", "newsletter box", "monthly plan", "account"),
    "opener": (
        "Hi,", "Hello,", "Hi there,", "Good morning,", "Hey,", "Dear team,", "hello again,",
        "", "", "", "", "Quick question:", "Second time I write:",
        "Not sure if this is the right address, but", "To whom it may concern,",
    ),
    "closer": (
        "", "", "", "", "Thanks.", "Thank you!", "Please [help|advise|reply soon].", "Regards, {name}",
        "What can I do?", "I am waiting for an answer.", "Cheers, {name}", "Kind regards",
        "Sent from my phone", "This is [really|rather] annoying.", "No hurry.", "Best, {name}",
    ),
    "name": ("Ana", "Jonas", "Priya", "Tom", "Mei", "Luca", "Sofie", "Omar", "Ruth", "Ivan", "Carla", "Ben"),
    "link": ("Also,", "And", "On top of that,", "Besides,", "By the way,", "Then", "Another thing:", "Oh and"),
}  # fmt: skip

CLAUSES: dict[str, tuple[str, ...]] = {
    "billing": (
        "[I was|you have|my card was] charged [twice|two times|{amount} euros too much] for [the {thing}|order {number}|{month}].",
        "[the invoice|my bill|the receipt] for {month} [is wrong|does not add up|shows {amount} instead of 49.90].",
        "[why is|how come] there [is|] [a fee|an extra charge|a payment] of {amount} on my [statement|card|account]?",
        "[could you|please] send [me the invoice|a receipt] for [order {number}|the {thing}] with [our company address|VAT] on it.",
        "[my discount code|the voucher] was [not applied|ignored] and I [paid|was billed] the full {amount}.",
        "the [price|total] at checkout was {amount} but [{amount} was taken|you took {amount}] [from my account|].",
        "I [want to|would like to|need to] change [the card|how I pay] for my {plan}.",
        "the direct debit [bounced|went through twice|came {ago}], [what happened|please check]?",
    ),
    "refund": (
        "I [want|would like|expect] my money back [for the {thing}|].",
        "[when|how soon] [do I get|will I see] [the refund|my {amount} euros|the money] [for order {number}|]?",
        "[please|kindly] refund [the {thing}|the {amount} euros|order {number}].",
        "I [returned|sent back] the {thing} {ago} and [nothing has been paid back|still have not got my money|the refund never came].",
        "[can|could] you [please|] [transfer|return|give back] the {amount} [to my card|to my account|]?",
        "[a credit note is not enough|I do not want a voucher], I [want|prefer] [the amount|cash|it] back.",
        "it has been [two|three|six] weeks since [my return|I sent the {thing} back] and my [account|card] [shows nothing|is still {amount} short].",
    ),
    "delivery": (
        "[where is|what happened to|any news about] my {short_thing}?",
        "the {short_thing} [has not arrived|was due on {day}|is still not here|never came].",
        "tracking [says|claims] [it was delivered|it is in transit|delivered on {day}] but [nothing came|there is no {short_thing} here|I was home all day].",
        "the [courier|driver] [left it|dropped it] [in the rain|with a neighbour I do not know|at the wrong door].",
        "[can|could] you [send|ship] [it|the {thing}] to [another address|my office|a pick-up point] [instead|]?",
        "I [ordered|bought] the {thing} {ago} and [it is still in the warehouse|have not seen it yet|am still waiting].",
        "[when|on which day] will [the {thing}|order {number}] [get here|be shipped|arrive]?",
        "only [half of the order|one of two parcels|the {thing}] [came|turned up] on {day}.",
    ),
    "damaged": (
        "the {thing} [arrived|came|turned up] [broken|cracked|with a big scratch|in pieces|dented].",
        "[one corner|the handle|the lid|the zip|a leg] of the {thing} [is broken|came off|is bent|has a crack].",
        "the {thing} [stopped working|fell apart|broke] after [two days|a week|one use].",
        "[when I opened the box|on unpacking] the {thing} was [smashed|torn|scratched all over|full of dents].",
        "the box was [crushed|wet|open] and [so was|I fear for] the {thing}.",
        "[it does not switch on|it makes a burning smell|there is a hole in it], [the {thing}, I mean|a faulty {thing} I suppose].",
        "you sent me a [defective|faulty|used and stained] {thing}.",
    ),
    "login": (
        "I [cannot|can not|am unable to] [log in|sign in|get into my account] [since {day}|].",
        "[the reset mail|the password link|the code] [never comes|has expired|does not work].",
        "my [password|user name|account] is [not accepted|locked|blocked] [after the update|].",
        "the [app|site|page] [throws me out|says wrong password|keeps asking for a code] [every time|].",
        "I [changed|lost] my [phone|email address] and [cannot get the code|am locked out] [now|].",
        "[how do I|please help me to] [reset my password|unlock my account|change my email address]?",
        "[it|the app] [does not let me in|does not know my address any more].",
    ),
    "cancel": (
        "[please|I want to|I would like to] [cancel|stop|end] [my {plan}|order {number}|the {thing}].",
        "[how|where] [can I|do I] [cancel|get out of|terminate] [the {plan}|my {plan}]?",
        "I [do not need|no longer want] the {thing} [any more|], [please do not send it|take it off the list].",
        "[close|delete] my {plan} [by the end of {month}|today|].",
        "I [clicked|ordered] [by mistake|twice], [please drop|scrap] [one of them|order {number}].",
        "[I am leaving|we are moving abroad], so [this is my notice|no further boxes please].",
        "I [cancelled|gave notice] {ago} but [the {plan} was renewed|another box came|it still shows as active].",
    ),
    "praise": (
        "[thank you|thanks] for [the quick help|such a friendly reply|sorting this out|the lovely {thing}].",
        "the {thing} is [wonderful|great|exactly what I wanted|even nicer than on the picture].",
        "[your support|{name} on the phone] was [so kind|really helpful|brilliant].",
        "[I am very happy|we are delighted] with [the {thing}|your service|how fast it went].",
        "[great|lovely|top] [shop|service|quality], [I will be back|keep it up|five stars].",
        "[it came a day early|faster than I thought], [well done|love it|what a nice surprise].",
        "[normally I only write to complain|I rarely say this], but [this was perfect|you made my day].",
    ),
}

OTHER = (
    "do you [have|stock] the {thing} in [blue|green|a larger size|oak]?",
    "[what are|could you tell me] your opening hours [on {day}|in {month}]?",
    "is the {thing} [dishwasher safe|waterproof|made of real wood|suitable for children]?",
    "[are you hiring|do you have a job for a student] in {month}?",
    "how [heavy|tall|long] is the {thing}?",
    "[which|what] [bulb|battery|adapter] [fits|goes with] the {thing}?",
    "I [am writing|study] about [mail order|returns in retail] and [have|would have] [a few questions|a question].",
    "[please change|can you update] my [name|phone number] in your files, it is [misspelt|new].",
    "[does|will] the {thing} [come back|be on sale] [in {month}|soon]?",
    "[just to let you know|for your information], [the photo of the {thing}|a link on your page] is [wrong|missing].",
)

AMBIGUOUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "[great|wonderful|well done], [another|yet another] [broken|cracked] {thing}. [thanks a lot|Lovely].",
        ("damaged",),
    ),
    (
        "[thanks for nothing|what a brilliant service], the {thing} [is still not here|never came].",
        ("delivery",),
    ),
    (
        "the {thing} [looked|was] [smashed|cracked] on the photo but [mine is perfect|came in one piece], [lovely|thank you].",
        ("praise",),
    ),
    (
        "I [paid|was billed] for a {plan} I [ended|cancelled] {ago}, [I want that back|give it back].",
        ("billing", "refund", "cancel"),
    ),
    (
        "I [cannot get into|can not open] the [box|parcel|lid of the {thing}], [it is glued shut|the tape is like steel|are there instructions]?",
        (),
    ),
    ("do you [refund|pay back] [shipping|the postage] if [I change my mind|it does not fit]?", ()),
    (
        "what [happens if|do you do when] the {thing} arrives [broken|damaged]? I [have not ordered|am only asking] yet.",
        (),
    ),
    (
        "[if it is not here by {day}|one more delay and] [you can keep it|I will not take it] and I [want|expect] the {amount} back.",
        ("delivery", "cancel", "refund"),
    ),
    (
        "I can not [cancel|stop the {plan}] because [the page asks for a password I never had|the button logs me out].",
        ("cancel", "login"),
    ),
    ("[never mind|forget it], the {thing} [turned up|arrived] [today|after all].", ()),
    (
        "I [see|saw] {amount} [going out|leaving my account] and [no {thing}|nothing on the doorstep].",
        ("billing", "delivery"),
    ),
    (
        "the [exchange|replacement] for the {thing} [is also bent|has the same crack], [now I would rather have the {amount}|enough].",
        ("damaged", "refund"),
    ),
    (
        "[is there a fee|what does it cost] if I [end|cancel] the {plan} in {month}?",
        ("cancel", "billing"),
    ),
    (
        "[my account|the app] shows [an order|a {thing}] that [is not mine|I never bought].",
        ("billing",),
    ),
    (
        "the {thing} is [great|lovely], but it [came|arrived] [too late for the party|a day after the birthday].",
        ("delivery", "praise"),
    ),
    (
        "[my sister|a friend|our neighbour] [got|received] [my|the] {thing} [by mistake|], [what now|can you collect it]?",
        ("delivery",),
    ),
    (
        "I [paid|gave] {amount} for [express|next-day] and [waited a week|got the {thing} on {day}].",
        ("billing", "delivery"),
    ),
    (
        "the {thing} is [not what I expected|not for me], [how does a return work|where do I send it]?",
        ("refund",),
    ),
    (
        "[the colour|the size] of the {thing} is [not as shown|wrong], [what are my options|is that normal]?",
        (),
    ),
    ("[could|can] somebody [call|ring] me about [order {number}|my account|the {thing}]?", ()),
    (
        "[sorry|my mistake], the {thing} [was not broken|is fine], I [held it wrong|had the switch off].",
        (),
    ),
    (
        "the [new site|app] is [so much better|lovely] [now|], [I got in at once|no more codes].",
        ("praise",),
    ),
)
