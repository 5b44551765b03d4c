"""Scrapy over the bench's site: lists and feeds to SQLite, with conditional requests and its cache of bodies.

    peer.py ADDRESSES DATABASE CACHE

It is at its best here: what its cache calls unchanged is not read again, and nothing is noted of it.
"""

import re
import sqlite3
import sys

import scrapy
from scrapy.crawler import CrawlerProcess

ADDRESSES, DATABASE, CACHE = sys.argv[1:4]
DATE = re.compile(r"20\d\d-\d\d-\d\d")
ROWS = "li|.//tr|.//dd|.//div[@class='item']"


class Items:
    """Keeps items by their address, in large transactions."""

    def open_spider(self, spider=None):
        self.db = sqlite3.connect(DATABASE)
        self.db.execute("PRAGMA journal_mode = wal")
        self.db.execute("PRAGMA synchronous = normal")
        self.db.execute("CREATE TABLE IF NOT EXISTS item (url TEXT, title TEXT, day TEXT, page TEXT, PRIMARY KEY (page, url))")
        self.waiting = []

    def process_item(self, item, spider=None):
        self.waiting.append((item["url"], item["title"], item["day"], item["page"]))
        if len(self.waiting) >= 2000:
            self.write()
        return item

    def write(self):
        with self.db:
            self.db.executemany("INSERT OR IGNORE INTO item VALUES (?, ?, ?, ?)", self.waiting)
        self.waiting = []

    def close_spider(self, spider=None):
        self.write()
        self.db.close()


class Columns(scrapy.Spider):
    name = "columns"

    async def start(self):
        with open(ADDRESSES, encoding="utf-8") as lines:
            for url in lines.read().split():
                # Without it the cache would take a page for fresh that the server does not limit.
                yield scrapy.Request(url, headers={"Cache-Control": "max-age=0"}, dont_filter=True)

    def parse(self, response):
        if "cached" in response.flags:
            return
        if b"<rss" in response.body[:200] or b"<feed" in response.body[:200]:
            for entry in response.xpath("//item|//*[local-name()='entry']"):
                yield {
                    "url": entry.xpath("link/text()|*[local-name()='link']/@href").get(),
                    "title": entry.xpath("*[local-name()='title']/text()").get(),
                    "day": entry.xpath("pubDate/text()|*[local-name()='published']/text()").get(),
                    "page": response.url,
                }
            return
        for row in response.xpath("//div[@class='right']").xpath(".//" + ROWS):
            day, link = DATE.search("".join(row.xpath(".//text()").getall())), row.xpath(".//a[@href]")
            if day and link:
                title = link[0].attrib.get("title") or link[0].xpath("string()").get()
                url = response.urljoin(link[0].attrib["href"])
                yield {"url": url, "title": title, "day": day.group(0), "page": response.url}


process = CrawlerProcess(
    {
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
        "DOWNLOAD_DELAY": 0,
        "LOG_LEVEL": "WARNING",
        "ROBOTSTXT_OBEY": False,
        "TELNETCONSOLE_ENABLED": False,
        "HTTPCACHE_ENABLED": True,
        "HTTPCACHE_POLICY": "scrapy.extensions.httpcache.RFC2616Policy",
        "HTTPCACHE_DIR": CACHE,
        "ITEM_PIPELINES": {Items: 1},
    }
)
process.crawl(Columns)
process.start()
