"""The Sigma pipeline that a peer needs to know what kind of event a Windows record is. custos reads it off the record by itself; a peer without it
would ask every rule of every event, which is slower and finds what the log source of the rule forbids. So each category and service of Windows becomes the
condition on Channel and EventID that the taxonomy of Sigma gives it, and log sources without a product (web servers, proxies, ...) become a
condition that no Windows event meets."""

SYSMON = "Microsoft-Windows-Sysmon/Operational"
POWERSHELL = ["Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational"]
CLASSIC = "Windows PowerShell"

CATEGORIES = {
    "process_creation": [1], "file_change": [2], "network_connection": [3], "sysmon_status": [4, 16], "process_termination": [5], "driver_load": [6],
    "image_load": [7], "create_remote_thread": [8], "raw_access_thread": [9], "process_access": [10], "file_event": [11],
    "registry_event": [12, 13, 14], "registry_add": [12], "registry_delete": [12], "registry_set": [13], "registry_rename": [14],
    "create_stream_hash": [15], "pipe_created": [17, 18], "wmi_event": [19, 20, 21], "dns_query": [22], "file_delete": [23], "clipboard_capture": [24],
    "process_tampering": [25], "file_delete_detected": [26], "file_block_executable": [27], "file_block_shredding": [28],
    "file_executable_detected": [29], "sysmon_error": [255],
}
POWERSHELL_CATEGORIES = {
    "ps_module": (4103, POWERSHELL), "ps_script": (4104, POWERSHELL), "ps_classic_start": (400, CLASSIC),
    "ps_classic_provider_start": (600, CLASSIC), "ps_classic_script": (800, CLASSIC),
}
SERVICES = {
    "application": "Application", "security": "Security", "system": "System", "sysmon": SYSMON, "powershell": POWERSHELL, "powershell-classic": CLASSIC,
    "dns-server": "DNS Server", "msexchange-management": "MSExchange Management", "openssh": "OpenSSH/Operational",
    "iis-configuration": "Microsoft-IIS-Configuration/Operational",
    "microsoft-servicebus-client": ["Microsoft-ServiceBus-Client/Operational", "Microsoft-ServiceBus-Client/Admin"],
    "hyper-v-worker": "Microsoft-Windows-Hyper-V-Worker", "kernel-event-tracing": "Microsoft-Windows-Kernel-EventTracing",
    "applocker": [f"Microsoft-Windows-AppLocker/{x}" for x in ("MSI and Script", "EXE and DLL", "Packaged app-Deployment", "Packaged app-Execution")],
    "application-experience": [f"Microsoft-Windows-Application-Experience/{x}" for x in ("Program-Telemetry", "Program-Compatibility-Assistant")],
    "security-mitigations": [f"Microsoft-Windows-Security-Mitigations/{x}" for x in ("Kernel Mode", "User Mode")],
    "dns-server-analytic": "Microsoft-Windows-DNS-Server/Analytical", "dns-server-audit": "Microsoft-Windows-DNS-Server/Audit",
    "appmodel-runtime": "Microsoft-Windows-AppModel-Runtime/Admin", "bitlocker": "Microsoft-Windows-BitLocker/BitLocker Management",
    "firewall-as": "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall", "ldap": "Microsoft-Windows-LDAP-Client/Debug",
    "printservice-admin": "Microsoft-Windows-PrintService/Admin", "smbclient-security": "Microsoft-Windows-SmbClient/Security",
    "smbclient-connectivity": "Microsoft-Windows-SmbClient/Connectivity", "smbserver-connectivity": "Microsoft-Windows-SmbServer/Connectivity",
    **{service: f"Microsoft-Windows-{channel}/Operational" for service, channel in {
        "appxdeployment-server": "AppXDeploymentServer", "appxpackaging-om": "AppxPackaging", "bits-client": "Bits-Client", "capi2": "CAPI2",
        "certificateservicesclient-lifecycle-system": "CertificateServicesClient-Lifecycle-System", "codeintegrity-operational": "CodeIntegrity",
        "dhcp": "DHCP-Server", "diagnosis-scripted": "Diagnosis-Scripted", "dns-client": "DNS Client Events", "driver-framework": "DriverFrameworks-UserMode",
        "kernel-shimengine": "Kernel-ShimEngine", "lsa-server": "LSA", "ntfs": "Ntfs", "ntlm": "NTLM", "printservice-operational": "PrintService",
        "sense": "SENSE", "shell-core": "Shell-Core", "taskscheduler": "TaskScheduler", "vhdmp": "VHDMP", "windefend": "Windows Defender", "wmi": "WMI-Activity",
        "terminalservices-localsessionmanager": "TerminalServices-LocalSessionManager"}.items()},
}
# Kernel-File events come from an ETW provider without a channel of a log.
ETW = {"file_access": "Microsoft-Windows-Kernel-File", "file_rename": "Microsoft-Windows-Kernel-File"}
NO_PRODUCT = [("category", c) for c in ("webserver", "proxy", "dns", "antivirus", "firewall", "database", "application")] + [
    ("service", s) for s in ("apache", "nginx", "netflow")]


def log_source(channel, event_id):
    """(product, service, category) of a record; where several categories hold, the one with the most public rules."""
    channel = str(channel).lower()
    listed = lambda x: [c.lower() for c in (x if isinstance(x, list) else [x])]
    service = next((s for s, c in SERVICES.items() if channel in listed(c)), "none")
    number = int(event_id) if str(event_id).isdigit() else -1
    if channel == SYSMON.lower():
        fitting = [c for c in ("registry_set", *CATEGORIES) if number in CATEGORIES[c]]
    else:
        fitting = [c for c, (n, channels) in POWERSHELL_CATEGORIES.items() if n == number and channel in listed(channels)]
    return "windows", service, fitting[0] if fitting else "none"


def quoted(value):
    if isinstance(value, list):
        return "[" + ", ".join(quoted(v) for v in value) + "]"
    return str(value) if isinstance(value, int) else "'" + value + "'"


def step(number, log_source, conditions):
    lines = [f"  - id: windows_{number}", "    type: add_condition", "    conditions:"]
    lines += [f"      {field}: {quoted(value)}" for field, value in conditions.items()]
    lines += ["    rule_conditions:", "      - type: logsource"] + [f"        {key}: {value}" for key, value in log_source.items()]
    return lines


def write(path):
    steps = []
    for category, ids in CATEGORIES.items():
        steps.append(({"product": "windows", "category": category}, {"EventID": ids if len(ids) > 1 else ids[0], "Channel": SYSMON}))
    for category, (number, channel) in POWERSHELL_CATEGORIES.items():
        steps.append(({"product": "windows", "category": category}, {"EventID": number, "Channel": channel}))
    for service, channel in SERVICES.items():
        steps.append(({"product": "windows", "service": service}, {"Channel": channel}))
    for category, provider in ETW.items():
        steps.append(({"product": "windows", "category": category}, {"Provider_Name": provider}))
    for key, value in NO_PRODUCT:
        steps.append(({key: value}, {"no_windows_event_has_this_field": "x"}))
    lines = ["name: windows records by channel and event id", "priority: 10", "transformations:"]
    for number, (log_source, conditions) in enumerate(steps):
        lines += step(number, log_source, conditions)
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines) + "\n")
    return path
