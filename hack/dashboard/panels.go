package main

// row is a part of the dashboard with a heading.
type row struct {
	title  string
	panels []panel
}

// panel is one picture. Of its kind, unit and colours the drawing knows what Grafana does.
type panel struct {
	title, about string
	kind         kind
	width        int // of columns
	height       int // of rows, as high as a line of text and a half
	unit         unit
	queries      []query
	// limits are the values from which on a number is worth a look, and bad; none: it is just a number.
	limits *limits
	// most is the end of the scale, where it has one.
	most float64
	// stacked areas instead of lines.
	stacked bool
	// headings of a table's columns, by label; the value has "Value".
	headings []heading
	// empty is what stands in place of a number where there is none.
	empty string
}

type kind string

const (
	stat     kind = "stat"
	lines    kind = "timeseries"
	bars     kind = "bargauge"
	tableOf  kind = "table"
	columns       = 24
	statRows      = 4
)

type unit string

const (
	number   unit = "short"
	percent  unit = "percentunit"
	duration unit = "s"
	bytes    unit = "bytes"
	perHour  unit = "documents/h"
	perMin   unit = "requests/min"
	byteRate unit = "Bps"
)

type query struct {
	promql string
	// legend of a series, with {{label}} for a label.
	legend string
}

type limits struct{ look, bad float64 }

type heading struct{ label, text string }

// Selectors of what the variables at the top choose.
const (
	ofSyncs        = `namespace=~"$namespace", name=~"$sync"`
	ofIntegrations = `namespace=~"$namespace"`
	p              = "intralinks_operator_"
)

// perSync takes the replicas together.
func perSync(metric, more string) string {
	if more != "" {
		more = ", " + more
	}
	return "max by (namespace, name) (" + p + metric + "{" + ofSyncs + more + "})"
}

// rows are the dashboard: from what a person has to do, to what only an engineer asks.
func rows() []row {
	return []row{
		{"Is all well?", overview()},
		{"What is being carried, and when is it done?", carrying()},
		{"What is stuck?", stuck()},
		{"How is the allowance spent?", allowance()},
		{"How do the services answer, and how is the operator?", services()},
	}
}
