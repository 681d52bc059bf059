package main

func overview() []panel {
	return []panel{
		{
			title: "Syncs without trouble", kind: stat, width: 4, height: statRows, unit: percent,
			about: "Share of the FolderSyncs whose Ready isn't false: they work, are on their first run, or are suspended.",
			queries: []query{{promql: "1 - (count(max by (namespace, name) (" + p + `foldersync_condition{` + ofSyncs + `, type="Ready", status="False"})) or vector(0)) / ` +
				"count(" + perSync("foldersync_info", "") + ")"}},
		},
		{
			title: "Not ready", kind: stat, width: 4, height: statRows, unit: number, limits: &limits{1, 3},
			about: "FolderSyncs and integrations whose Ready is false; they are listed below.",
			queries: []query{{promql: "(count(max by (namespace, name) (" + p + `foldersync_condition{` + ofSyncs + `, type="Ready", status="False"})) or vector(0)) + ` +
				"(count(max by (namespace, name) (" + p + `integration_condition{` + ofIntegrations + `, type="Ready", status="False"})) or vector(0))`}},
		},
		{
			title: "Documents to carry", kind: stat, width: 4, height: statRows, unit: number,
			about:   "Documents of the last listings that are not in Luminance yet.",
			queries: []query{{promql: "sum(" + perSync("foldersync_documents", `state="pending"`) + ")"}},
		},
		{
			title: "All done in", kind: stat, width: 4, height: statRows, unit: duration, empty: "nothing to do",
			about:   "When the last run under way will be through, by the request budget and the speed so far.",
			queries: []query{{promql: "max(" + perSync("foldersync_estimated_completion_timestamp_seconds", "") + " - time() > 0)"}},
		},
		{
			title: "Documents that fail", kind: stat, width: 4, height: statRows, unit: number, limits: &limits{1, 100},
			about:   "Documents that could not be carried or analysed. The first of each sync are in its status.problems.",
			queries: []query{{promql: "sum(" + perSync("foldersync_documents", `state="failed"`) + ")"}},
		},
		{
			title: "Allowance in use", kind: stat, width: 4, height: statRows, unit: percent,
			about:   "Requests of the running period, of those that the operator may send; of the instance that is nearest to its limit.",
			queries: []query{{promql: "max(" + p + "request_budget_used / " + p + "request_budget_limit)"}},
		},
		{
			title: "Syncs that are not ready", kind: tableOf, width: 9, height: 6, empty: "none",
			about:    "FolderSyncs whose Ready is false, with the reason. kubectl describe says what to do.",
			headings: []heading{{"namespace", "Namespace"}, {"name", "FolderSync"}, {"reason", "Reason"}},
			queries:  []query{{promql: "max by (namespace, name, reason) (" + p + `foldersync_condition{` + ofSyncs + `, type="Ready", status="False"}) == 1`}},
		},
		{
			title: "Integrations that are not ready", kind: tableOf, width: 8, height: 6, empty: "none",
			about:    "Integrations whose Ready is false, with the reason. SignInRequired: somebody has to sign in, at the address in its status.",
			headings: []heading{{"namespace", "Namespace"}, {"name", "Integration"}, {"reason", "Reason"}},
			queries:  []query{{promql: "max by (namespace, name, reason) (" + p + `integration_condition{` + ofIntegrations + `, type="Ready", status="False"}) == 1`}},
		},
		{
			title: "Sign-ins end in", kind: tableOf, width: 7, height: 6, unit: duration, empty: "no sign-in ends",
			about:    "When somebody has to have signed in to Intralinks again, by integration. In the last five days there is an alert.",
			headings: []heading{{"namespace", "Namespace"}, {"name", "Integration"}, {"Value", "In"}},
			queries:  []query{{promql: "sort(max by (namespace, name) (" + p + "integration_token_expiry_timestamp_seconds{" + ofIntegrations + "}) - time())"}},
		},
	}
}

func carrying() []panel {
	return []panel{
		{
			title: "Documents to carry, by sync", kind: lines, width: 10, height: 8, unit: number, stacked: true,
			about:   "What is pending, by sync. It falls in steps where the allowance is what is waited for.",
			queries: []query{{promql: perSync("foldersync_documents", `state="pending"`) + " > 0", legend: "{{namespace}}/{{name}}"}},
		},
		{
			title: "Progress of runs", kind: bars, width: 7, height: 8, unit: percent, most: 1, empty: "no run carries anything",
			about:   "Of the documents that the present run has to carry, those that it has dealt with.",
			queries: []query{{promql: perSync("foldersync_run_documents_done", "") + " / " + perSync("foldersync_run_documents", ""), legend: "{{namespace}}/{{name}}"}},
		},
		{
			title: "Done in", kind: tableOf, width: 7, height: 8, unit: duration, empty: "no run carries anything",
			about:    "When the present run of each sync will be through.",
			headings: []heading{{"namespace", "Namespace"}, {"name", "FolderSync"}, {"Value", "In"}},
			queries:  []query{{promql: "sort_desc(" + perSync("foldersync_estimated_completion_timestamp_seconds", "") + " - time() > 0)"}},
		},
		{
			title: "Documents an hour", kind: lines, width: 12, height: 7, unit: perHour, stacked: true,
			about:   "What runs have dealt with, by result. adopted: it was found standing in Luminance already.",
			queries: []query{{promql: "sum by (result) (rate(" + p + "foldersync_documents_total{" + ofSyncs + "}[$__rate_interval])) * 3600 > 0", legend: "{{result}}"}},
		},
		{
			title: "Bytes a second", kind: lines, width: 12, height: 7, unit: byteRate, stacked: true,
			about:   "Size of the documents that were carried, by sync.",
			queries: []query{{promql: "sum by (namespace, name) (rate(" + p + "foldersync_carried_bytes_total{" + ofSyncs + "}[$__rate_interval])) > 0", legend: "{{namespace}}/{{name}}"}},
		},
	}
}

// unlessInSight leaves out the syncs whose run has an end in sight.
var unlessInSight = " unless " + perSync("foldersync_estimated_completion_timestamp_seconds", "") + " > time()"

func stuck() []panel {
	return []panel{
		{
			title: "Intervals without a success", kind: lines, width: 8, height: 8, unit: number,
			about:   "Intervals missed since the last success, without the one that any sync waits for. From 2 on there is an alert. Left out is what has a run with an end in sight.",
			queries: []query{{promql: "(" + perSync("foldersync_missed_intervals", "") + " > 0)" + unlessInSight, legend: "{{namespace}}/{{name}}"}},
		},
		{
			title: "Documents that do not cross, by reason", kind: lines, width: 8, height: 8, unit: number, stacked: true,
			about:   "All of them, with those that are left out on purpose, such as Protected and TooLarge.",
			queries: []query{{promql: "sum by (reason) (max by (namespace, name, reason) (" + p + "foldersync_problems{" + ofSyncs + "}))", legend: "{{reason}}"}},
		},
		{
			title: "Longest without a success", kind: tableOf, width: 8, height: 8, unit: duration, empty: "none",
			about:    "Syncs by the time since a run last went through (before the first: since they were created); suspended ones are left out, and those that have a run with an end in sight.",
			headings: []heading{{"namespace", "Namespace"}, {"name", "FolderSync"}, {"Value", "For"}},
			queries: []query{{promql: "topk(10, time() - (" + perSync("foldersync_last_success_timestamp_seconds", "") + " or " +
				perSync("foldersync_created_timestamp_seconds", "") + ") unless " + perSync("foldersync_suspended", "") + " == 1" + unlessInSight + ")"}},
		},
	}
}

func allowance() []panel {
	return []panel{
		{
			title: "Requests of the running period", kind: lines, width: 9, height: 8, unit: number,
			about: "What Luminance counts against the allowance, and what the operator may use of it.",
			queries: []query{
				{promql: "max by (host) (" + p + "request_budget_used)", legend: "{{host}}: used"},
				{promql: "max by (host) (" + p + "request_budget_limit)", legend: "{{host}}: limit"},
			},
		},
		{
			title: "Luminance requests a minute, by operation", kind: lines, width: 9, height: 8, unit: perMin, stacked: true,
			about:   "What the allowance is spent on. All but Upload and CreateFolder is overhead.",
			queries: []query{{promql: "sum by (operation) (rate(" + p + `api_requests_total{api="luminance"}[$__rate_interval])) * 60 > 0`, legend: "{{operation}}"}},
		},
		{
			title: "Wait for the allowance", kind: lines, width: 6, height: 8, unit: duration,
			about: "How long requests waited for their turn. Half of them waited less than the lower line.",
			queries: []query{
				{promql: "histogram_quantile(0.5, sum by (le) (rate(" + p + "request_budget_wait_seconds_bucket[$__rate_interval])))", legend: "half of them"},
				{promql: "histogram_quantile(0.95, sum by (le) (rate(" + p + "request_budget_wait_seconds_bucket[$__rate_interval])))", legend: "95 %"},
			},
		},
	}
}

func services() []panel {
	return []panel{
		{
			title: "Answers that are errors, a minute", kind: lines, width: 8, height: 7, unit: perMin, stacked: true,
			about:   "Requests that were refused or got no answer. 401 is a token that was renewed; 429 from Luminance: others use up the allowance.",
			queries: []query{{promql: "sum by (api, operation, code) (rate(" + p + `api_requests_total{code!~"2..|3..|canceled"}[$__rate_interval])) * 60 > 0`, legend: "{{api}} {{operation}} {{code}}"}},
		},
		{
			title: "Time to answer, 95 %", kind: lines, width: 8, height: 7, unit: duration,
			about:   "How long 19 of 20 requests took until the answer began, the body of an upload included.",
			queries: []query{{promql: "histogram_quantile(0.95, sum by (le, api, operation) (rate(" + p + "api_request_duration_seconds_bucket[$__rate_interval]))) > 0", legend: "{{api}} {{operation}}"}},
		},
		{
			title: "Runs an hour, by result", kind: lines, width: 8, height: 7, unit: number, stacked: true,
			about:   "Runs that have ended. stopped: by a change, a suspension, a deletion or the operator's end.",
			queries: []query{{promql: "sum by (result) (rate(" + p + "run_duration_seconds_count[$__rate_interval])) * 3600 > 0", legend: "{{result}}"}},
		},
		{
			title: "Memory", kind: lines, width: 8, height: 6, unit: bytes,
			about:   "Of the operator's processes.",
			queries: []query{{promql: "process_resident_memory_bytes and on (job, instance) " + p + "runs_under_way", legend: "{{instance}}"}},
		},
		{
			title: "Ledger", kind: lines, width: 8, height: 6, unit: bytes,
			about:   "Size of the ledger on its volume.",
			queries: []query{{promql: "max by (instance) (" + p + "ledger_size_bytes)", legend: "{{instance}}"}},
		},
		{
			title: "Runs under way, requests waiting", kind: lines, width: 8, height: 6, unit: number,
			about: "Runs, and requests to Luminance that wait for their turn.",
			queries: []query{
				{promql: "sum(" + p + "runs_under_way)", legend: "runs"},
				{promql: "sum(" + p + "request_budget_waiting)", legend: "requests waiting"},
			},
		},
	}
}
