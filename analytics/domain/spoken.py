"""A root hash in words that can be read aloud, copied by hand and printed: one character a byte, of the 千字文.

The first 256 different characters of the Thousand Character Classic (周兴嗣, 6th century; simplified script), in their
order, stand for the bytes 0 to 255. Whoever can read can compare two printed heads without a computer.
"""

_CLASSIC = """
天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈剑号巨阙珠称夜光
果珍李柰菜重芥姜海咸河淡鳞潜羽翔龙师火帝鸟官人皇始制文字乃服衣裳推位让国有虞陶唐吊民伐罪周发殷汤坐朝问道垂拱平章
爱育黎首臣伏戎羌遐迩一体率宾归王鸣凤在竹白驹食场化被草木赖及万方盖此身发四大五常恭惟鞠养岂敢毁伤女慕贞洁男效才良
知过必改得能莫忘罔谈彼短靡恃己长信使可复器欲难量墨悲丝染诗赞羔羊景行维贤克念作圣德建名立形端表正空谷传声虚堂习听
祸因恶积福缘善庆尺璧非宝寸阴是竞资父事君曰严与敬孝当竭力忠则尽命临深履薄夙兴温凊似兰斯馨如松之盛川流不息渊澄取映
容止若思言辞安定笃初诚美慎终宜令荣业所基籍甚无竟学优登仕摄职从政存以甘棠
"""
CHARACTERS = "".join(dict.fromkeys(_CLASSIC.replace("\n", "")))[:256]
GROUP = 4


def spoken(data: bytes) -> tuple[str, ...]:
    """Return bytes in characters, four to a group.

    >>> spoken(bytes([0, 1, 2, 3, 255]))
    ('天地玄黄', '临')
    """
    text = "".join(CHARACTERS[byte] for byte in data)
    return tuple(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def heard(groups: str) -> bytes:
    """Return the bytes that the characters stand for; blanks are skipped. Raises ValueError for any other character.

    >>> heard("天地玄黄 临").hex()
    '00010203ff'
    """
    return bytes(CHARACTERS.index(each) for each in groups if not each.isspace())
