package main

import "strings"

// object is a part of Grafana's JSON model (schema version 39, Grafana 10 and newer).
type object = map[string]any

// datasource is the one chosen at the top.
func datasource() object { return object{"type": "prometheus", "uid": "${datasource}"} }

// grafana gives the dashboard as Grafana imports it.
func grafana(all []row) object {
	var panels []object
	id, y := 0, 0
	add := func(p object, x, y, width, height int) {
		id++
		p["id"], p["gridPos"] = id, object{"x": x, "y": y, "w": width, "h": height}
		panels = append(panels, p)
	}
	for _, r := range all {
		add(object{"type": "row", "title": r.title, "collapsed": false, "panels": []object{}}, 0, y, columns, 1)
		y++
		x, high := 0, 0
		for _, p := range r.panels {
			if x+p.width > columns {
				x, y, high = 0, y+high, 0
			}
			add(p.grafana(), x, y, p.width, p.height)
			x, high = x+p.width, max(high, p.height)
		}
		y += high
	}
	return object{
		"title": "Intralinks operator", "uid": "intralinks-operator", "tags": []string{"intralinks", "luminance", "dataroom.dev"},
		"description":   "Documents on their way from Intralinks exchanges to Luminance: what is syncing, what is stuck, when it is done, how the allowance is spent, who has to sign in.",
		"schemaVersion": 39, "version": 1, "editable": true, "graphTooltip": 1, "refresh": "30s",
		"time": object{"from": "now-6h", "to": "now"}, "timezone": "browser",
		"templating": object{"list": variables()}, "annotations": object{"list": []object{}},
		"links":  []object{{"type": "link", "title": "Runbooks", "url": runbooks, "targetBlank": true, "icon": "doc"}},
		"panels": panels,
	}
}

const runbooks = "https://github.com/dataroom-dev/intralinks-operator/blob/main/docs/runbooks.md"

func variables() []object {
	choice := func(name, label, query string) object {
		return object{
			"type": "query", "name": name, "label": label, "datasource": datasource(), "refresh": 2, "sort": 1,
			"multi": true, "includeAll": true, "allValue": ".*", "current": object{"text": "All", "value": "$__all"},
			"definition": query, "query": object{"query": query, "refId": name},
		}
	}
	return []object{
		{"type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus", "refresh": 1, "hide": 0},
		choice("namespace", "Namespace", "label_values("+p+"foldersync_info, namespace)"),
		choice("sync", "FolderSync", "label_values("+p+`foldersync_info{namespace=~"$namespace"}, name)`),
	}
}

func (p *panel) grafana() object {
	defaults := object{"unit": p.grafanaUnit(), "color": object{"mode": "palette-classic"}}
	if p.limits != nil {
		defaults["color"] = object{"mode": "thresholds"}
		defaults["thresholds"] = object{"mode": "absolute", "steps": []object{
			{"color": "green", "value": nil}, {"color": "orange", "value": p.limits.look}, {"color": "red", "value": p.limits.bad},
		}}
	}
	if p.most > 0 {
		defaults["min"], defaults["max"] = 0, p.most
	}
	if p.empty != "" {
		defaults["noValue"] = p.empty
	}
	g := object{"type": string(p.kind), "title": p.title, "description": p.about, "datasource": datasource(), "targets": p.targets()}
	switch p.kind {
	case stat:
		if p.limits == nil {
			defaults["color"] = object{"mode": "fixed", "fixedColor": "text"}
		}
		g["options"] = object{"colorMode": "value", "graphMode": "area", "reduceOptions": object{"calcs": []string{"lastNotNull"}}}
	case bars:
		defaults["color"] = object{"mode": "fixed", "fixedColor": "blue"}
		g["options"] = object{"orientation": "horizontal", "displayMode": "basic", "showUnfilled": true, "reduceOptions": object{"calcs": []string{"lastNotNull"}}}
	case tableOf:
		g["options"] = object{"showHeader": true, "cellHeight": "sm"}
		g["transformations"] = p.columns()
	case lines:
		defaults["min"] = 0
		defaults["custom"] = p.style()
		g["options"] = object{
			"legend":  object{"displayMode": "list", "placement": "bottom", "showLegend": true},
			"tooltip": object{"mode": "multi", "sort": "desc"},
		}
	}
	g["fieldConfig"] = object{"defaults": defaults, "overrides": []object{}}
	return g
}

func (p *panel) targets() []object {
	var targets []object
	for i, q := range p.queries {
		target := object{"refId": string(rune('A' + i)), "datasource": datasource(), "expr": q.promql}
		switch {
		case p.kind == tableOf:
			target["instant"], target["format"] = true, "table"
		case p.kind == bars:
			target["instant"], target["legendFormat"] = true, q.legend
		case q.legend != "":
			target["legendFormat"] = q.legend
		}
		targets = append(targets, target)
	}
	return targets
}

// style of a graph's lines.
func (p *panel) style() object {
	style := object{"drawStyle": "line", "lineWidth": 1, "fillOpacity": 5, "showPoints": "never", "spanNulls": false, "stacking": object{"mode": "none"}}
	if p.stacked {
		style["fillOpacity"], style["stacking"] = 30, object{"mode": "normal", "group": "A"}
	}
	return style
}

// columns keeps the columns that have a heading, and in their order.
func (p *panel) columns() []object {
	names, order := object{}, object{}
	var include []string
	for i, h := range p.headings {
		names[h.label], order[h.label] = h.text, i
		include = append(include, h.label)
	}
	return []object{
		{"id": "filterFieldsByName", "options": object{"include": object{"names": include}}},
		{"id": "organize", "options": object{"renameByName": names, "indexByName": order, "excludeByName": object{}}},
	}
}

// grafanaUnit is the unit as Grafana has it; what it doesn't know goes behind the number.
func (p *panel) grafanaUnit() string {
	if strings.Contains(string(p.unit), "/") {
		return "suffix:" + " " + string(p.unit)
	}
	return string(p.unit)
}
