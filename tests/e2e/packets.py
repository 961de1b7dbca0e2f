"""A small packet capture made by hand: one DNS query with its answer, one TCP connection with an HTTP request and its answer."""
import struct

CLIENT, RESOLVER, SERVER = "10.0.0.5", "10.0.0.1", "192.0.2.80"
HOST = "update.example.org"
CLIENT_MAC, ROUTER_MAC = bytes.fromhex("02000000000a"), bytes.fromhex("020000000001")
SYN, ACK, PSH, FIN = 0x02, 0x10, 0x08, 0x01
FIRST_SECOND = 1_700_000_000


def checksum(data):
    """The sum of the Internet protocols: 16-bit words in one's complement."""
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def address(text):
    return bytes(int(part) for part in text.split("."))


def frame(source, target, protocol, segment, number):
    """Ethernet and IPv4 around a segment."""
    header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), number, 0x4000, 64, protocol, 0) + address(source) + address(target)
    header = header[:10] + struct.pack(">H", checksum(header)) + header[12:]
    macs = ROUTER_MAC + CLIENT_MAC if source == CLIENT else CLIENT_MAC + ROUTER_MAC
    return macs + b"\x08\x00" + header + segment


def pseudo(source, target, protocol, length):
    return address(source) + address(target) + struct.pack(">BBH", 0, protocol, length)


def udp(source, target, ports, data):
    length = 8 + len(data)
    plain = struct.pack(">HHHH", *ports, length, 0) + data
    total = checksum(pseudo(source, target, 17, length) + plain) or 0xFFFF
    return plain[:6] + struct.pack(">H", total) + data


def tcp(source, target, ports, sequence, acknowledged, flags, data=b""):
    plain = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledged, 0x50, flags, 64240, 0, 0) + data
    total = checksum(pseudo(source, target, 6, len(plain)) + plain)
    return plain[:16] + struct.pack(">H", total) + plain[18:]


def dns(host, answer=None):
    name = b"".join(bytes([len(p)]) + p.encode() for p in host.split(".")) + b"\0"
    head = struct.pack(">HHHHHH", 0x1D05, 0x8180 if answer else 0x0100, 1, 1 if answer else 0, 0, 0)
    record = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 300, 4) + address(answer) if answer else b""
    return head + name + struct.pack(">HH", 1, 1) + record


def packets(host=HOST):
    """Frames in their order on the wire."""
    out = []

    def send(source, target, protocol, segment):
        out.append(frame(source, target, protocol, segment, 100 + len(out)))

    send(CLIENT, RESOLVER, 17, udp(CLIENT, RESOLVER, (40000, 53), dns(host)))
    send(RESOLVER, CLIENT, 17, udp(RESOLVER, CLIENT, (53, 40000), dns(host, SERVER)))
    request = f"GET /payload.ps1 HTTP/1.1\r\nHost: {host}\r\nUser-Agent: made-by-hand/1.0\r\nAccept: */*\r\n\r\n".encode()
    body = b"Write-Output hello\r\n"
    reply = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (len(body), body)
    there, back = (CLIENT, SERVER, (40001, 80)), (SERVER, CLIENT, (80, 40001))
    mine, theirs = 1000, 5000
    asked, told = mine + 1 + len(request), theirs + 1 + len(reply)
    for (source, target, ports), *rest in (
        (there, mine, 0, SYN),
        (back, theirs, mine + 1, SYN | ACK),
        (there, mine + 1, theirs + 1, ACK),
        (there, mine + 1, theirs + 1, PSH | ACK, request),
        (back, theirs + 1, asked, ACK),
        (back, theirs + 1, asked, PSH | ACK, reply),
        (there, asked, told, ACK),
        (back, told, asked, FIN | ACK),
        (there, asked, told + 1, FIN | ACK),
        (back, told + 1, asked + 1, ACK),
    ):
        send(source, target, 6, tcp(source, target, ports, *rest))
    return out


def pcap(frames):
    """Little-endian, microseconds, Ethernet; ten milliseconds from frame to frame."""
    out = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1)]
    for i, f in enumerate(frames):
        out.append(struct.pack("<IIII", FIRST_SECOND + i // 100, i % 100 * 10_000, len(f), len(f)) + f)
    return b"".join(out)


def pcapng(frames):
    """One section, one Ethernet interface, enhanced packet blocks."""

    def block(kind, body):
        body += b"\0" * (-len(body) % 4)
        size = struct.pack("<I", len(body) + 12)
        return struct.pack("<I", kind) + size + body + size

    out = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)), block(1, struct.pack("<HHI", 1, 0, 65535))]
    for i, f in enumerate(frames):
        at = FIRST_SECOND * 1_000_000 + i * 10_000
        out.append(block(6, struct.pack("<IIIII", 0, at >> 32, at & 0xFFFFFFFF, len(f), len(f)) + f))
    return b"".join(out)
