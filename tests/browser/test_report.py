"""The report in a real browser: used by mouse and by keyboard, on a phone, and in dark mode."""

import pytest


@pytest.fixture
def opened(browser, page):
    """The page, opened from disk at the width of a desktop, in light mode."""
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    prefer(browser, "light")
    browser.set_window_size(1280, 900)
    browser.get(page.as_uri())
    browser.execute_script("localStorage.clear()")
    browser.refresh()
    return browser


def prefer(browser, scheme):
    # Without motion, so that no click happens while the page is still scrolling.
    motion = {"name": "prefers-reduced-motion", "value": "reduce"}
    features = [{"name": "prefers-color-scheme", "value": scheme}, motion]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def column(browser, index, kind="tbody tr:not([hidden])"):
    script = "return [...document.querySelectorAll(arguments[0])].map(row => row.cells[arguments[1]].innerText)"
    return browser.execute_script(script, f"#small-table1-real-1 {kind}", index)


def header(browser, text):
    script = """return [...document.querySelectorAll('#small-table1-real-1 button.sort')]
        .find(one => one.innerText.replace(/\\s+/g, ' ').startsWith(arguments[0]))"""
    return browser.execute_script(script, text)


def test_the_console_stays_empty(opened):
    assert opened.get_log("browser") == []
    opened.find_element("css selector", "#theme").click()
    assert opened.get_log("browser") == []


def test_every_image_is_drawn_and_has_a_text_alternative(opened):
    images = opened.execute_async_script(
        """const done = arguments[0], images = [...document.images];
        document.querySelectorAll('details').forEach(one => one.open = true);
        Promise.all(images.map(one => one.decode())).then(() =>
            done(images.map(one => [one.alt, one.naturalWidth])), error => done(String(error)))"""
    )
    assert len(images) == 2
    assert all(text.strip() and width > 0 for text, width in images), images


def test_a_click_sorts_and_a_second_click_reverses(opened):
    button = header(opened, "F1@val")
    button.click()
    falling = [text.split()[0] for text in column(opened, 2)]
    assert falling == ["0.812", "0.800", "0.700", "0.600", "0.500", "0.400", "0.300", "0.200", "0.100", "timeout"]
    assert button.find_element("xpath", "..").get_attribute("aria-sort") == "descending"
    button.click()
    rising = [text.split()[0] for text in column(opened, 2)]
    assert rising == [*falling[-2::-1], "timeout"]  # a cell without a number stays last
    assert button.find_element("xpath", "..").get_attribute("aria-sort") == "ascending"


def test_the_keyboard_sorts(opened):
    button = header(opened, "Method")
    opened.execute_script("arguments[0].focus()", button)
    button.send_keys("\n")
    names = [text.split("\n")[0] for text in column(opened, 0)]
    assert names == sorted(names, key=str.lower)
    assert button.find_element("xpath", "..").get_attribute("aria-sort") == "ascending"
    button.send_keys(" ")
    assert [text.split("\n")[0] for text in column(opened, 0)] == names[::-1]
    assert opened.execute_script("return document.querySelectorAll('#small-table1-real-1 [aria-sort]').length") == 1


def test_a_word_and_a_choice_filter(opened):
    field = opened.find_element("css selector", "#small-table1-real-1 input[type=search]")
    field.send_keys("control 3")
    assert [text.split("\n")[0].strip() for text in column(opened, 0)] == ["control 3 control"]
    assert opened.find_element("css selector", "#small-table1-real-1 output").text == "1 of 10 rows"
    field.send_keys("\b" * len("control 3"))
    assert len(column(opened, 0)) == 10
    roles = opened.execute_script(
        """const select = document.querySelectorAll('#methods-table select')[1];
        select.value = 'control'; select.dispatchEvent(new Event('input', {bubbles: true}));
        const rows = document.querySelectorAll('#methods-table tbody tr:not([hidden])');
        return [...rows].map(row => row.cells[3].innerText)"""
    )
    assert roles
    assert set(roles) == {"control"}


def test_a_phone_scrolls_tables_and_never_the_page(opened):
    phone = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    opened.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert opened.execute_script("return document.documentElement.scrollWidth") <= 360
    wider = "return [...document.querySelectorAll('.scroll')].filter(one => one.scrollWidth > one.clientWidth).length"
    assert opened.execute_script(wider) > 0


def test_dark_mode_follows_the_system_until_the_reader_chooses(opened):
    ground = "return getComputedStyle(document.body).backgroundColor"
    light, button = opened.execute_script(ground), opened.find_element("css selector", "#theme")
    assert button.get_attribute("aria-pressed") == "false"
    prefer(opened, "dark")
    dark = opened.execute_script(ground)
    assert dark != light
    assert button.get_attribute("aria-pressed") == "true"
    button.click()
    assert (opened.execute_script(ground), button.get_attribute("aria-pressed")) == (light, "false")
    opened.refresh()
    assert opened.execute_script(ground) == light  # the choice outlives the visit
    opened.find_element("css selector", "#theme").click()
    assert opened.execute_script(ground) == dark


def test_the_first_tab_key_leads_past_the_contents(opened):
    opened.find_element("css selector", "body").send_keys("\t")
    link = opened.switch_to.active_element
    assert link.text == "Skip to the content"
    link.send_keys("\n")
    assert opened.execute_script("return document.activeElement.id") == "content"


def test_print_leaves_out_what_is_folded_and_the_tools(opened):
    visible = """return [...document.querySelectorAll(arguments[0])].some(one => one.getClientRects().length > 0)"""
    for part in ("details.other", ".contents", "#methods"):
        assert opened.execute_script(visible, part), part
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        for part in ("details.other", ".contents", "#methods", "button.large", ".tools"):
            assert not opened.execute_script(visible, part), part
        for part in (".tally", ".paper img", "#glossary dl", "#small-claims table", "#small-table1 table"):
            assert opened.execute_script(visible, part), part
    finally:
        opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize("width", [390, 1400])
def test_the_page_never_scrolls_sideways(opened, width):
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    opened.execute_script("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert opened.execute_script("return document.documentElement.scrollWidth") <= width
    images = "return [...document.images].every(one => one.getBoundingClientRect().width <= arguments[0])"
    assert opened.execute_script(images, width)


def test_the_first_column_stays_where_a_table_scrolls(opened):
    phone = {"width": 390, "height": 740, "deviceScaleFactor": 1, "mobile": True}
    opened.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", phone)
    script = """const box = document.querySelector('#small-claims .scroll'), cell = box.querySelector('tbody th');
        const before = cell.getBoundingClientRect().left; box.scrollLeft = 300;
        return [box.scrollLeft, cell.getBoundingClientRect().left - before]"""
    moved, shift = opened.execute_script(script)
    assert moved > 0
    assert abs(shift) <= 1


def test_a_figure_opens_large_by_keyboard_within_its_own_frame(opened):
    button = opened.find_element("css selector", ".paper button.large")
    width = "return document.querySelector('.paper img').getBoundingClientRect().width"
    before = opened.execute_script(width)
    opened.execute_script("arguments[0].focus()", button)
    button.send_keys(" ")
    assert button.get_attribute("aria-pressed") == "true"
    assert opened.execute_script(width) > before
    assert opened.execute_script("return document.documentElement.scrollWidth - innerWidth") <= 0
    button.send_keys(" ")
    assert opened.execute_script(width) == before


def test_figures_are_not_white_in_the_dark(opened):
    look = "return getComputedStyle(document.querySelector('.paper img')).filter"
    assert opened.execute_script(look) == "none"
    prefer(opened, "dark")
    assert "invert" in opened.execute_script(look)
    opened.find_element("css selector", "#theme").click()
    assert opened.execute_script(look) == "none"


def test_text_has_enough_contrast_in_both_themes(opened):
    script = """const channel = v => (v /= 255) <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
        const light = c => { const [r, g, b] = c.match(/[0-9.]+/g).map(Number);
            return .2126 * channel(r) + .7152 * channel(g) + .0722 * channel(b); };
        const ground = one => { for (; one; one = one.parentElement) {
            const c = getComputedStyle(one).backgroundColor; if (!/, 0\\)$|transparent/.test(c)) return c; }
            return 'rgb(255, 255, 255)'; };
        return [...document.querySelectorAll('p, li, a, dd, dt, th, td, .chip, small, button')]
            .filter(one => one.getClientRects().length && one.innerText.trim())
            .map(one => { const a = light(getComputedStyle(one).color), b = light(ground(one));
                return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), one.innerText.slice(0, 40)]; })
            .filter(([ratio]) => ratio < 4.5)"""
    for scheme in ("light", "dark"):
        prefer(opened, scheme)
        assert opened.execute_script(script) == []


def test_a_link_into_a_folded_part_opens_it(opened):
    opened.execute_script("location.hash = '#small-fig1-twin-numbers'")
    opened.set_script_timeout(10)
    opened.execute_async_script("const done = arguments[0]; setTimeout(done, 200)")
    assert opened.execute_script(
        "return document.getElementById('small-fig1-twin-numbers').closest('details.other').open"
    )
