package console

import (
	"errors"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"dataroom.dev/intralinks-operator/api/v1alpha1"
	"dataroom.dev/intralinks-operator/internal/findings"
	"dataroom.dev/intralinks-operator/internal/inspect"
)

// Rights that live data takes: to get these virtual subresources.
const (
	browseRight    = integrationsResource + "/browse"
	documentsRight = syncsResource + "/documents"
)

// exchangesPage is the data rooms of an account.
type exchangesPage struct {
	page
	Query string
	Rows  []exchangeRow
	Pager pager
}

type exchangeRow struct {
	findings.Exchange
	Path    string
	Secured bool
	Syncs   int
}

func (c *Console) listExchanges(v *visit) error {
	if err := v.allowed(browseRight); err != nil {
		return err
	}
	found, err := c.Live.Exchanges(v.r.Context(), v.named())
	if err != nil {
		return err
	}
	query := v.r.URL.Query()
	p := exchangesPage{page: v.page("integrations", "Exchanges of "+v.named().Name, v.trail()...), Query: query.Get("q")}
	words := strings.Fields(strings.ToLower(p.Query))
	matching := slices.DeleteFunc(found.Items, func(e findings.Exchange) bool {
		return !holds(words, e.Name, e.Host, strconv.FormatInt(e.ID, 10))
	})
	matching, p.Pager = cut(matching, query)
	for _, e := range matching {
		p.Rows = append(p.Rows, exchangeRow{Exchange: e, Path: v.browsePath(e.ID, "/"), Secured: e.SecurityLevel > 1, Syncs: len(e.Syncs)})
	}
	show(v.w, http.StatusOK, "exchanges", p)
	return nil
}

// trail leads back to the integration of the address.
func (v *visit) trail(more ...link) []link {
	name := v.named()
	return append(trailTo("integrations", name.Namespace, name.Name), more...)
}

func (v *visit) browsePath(exchange int64, folder string) string {
	name := v.named()
	return pathOf("integrations", name.Namespace, name.Name, "browse") + queryOf("exchange", strconv.FormatInt(exchange, 10), "folder", folder)
}

func (v *visit) activatePath(exchange int64, folder string) string {
	name := v.named()
	return pathOf("integrations", name.Namespace, name.Name, "activate") + queryOf("exchange", strconv.FormatInt(exchange, 10), "folder", folder)
}

// browsePage is a folder of a data room.
type browsePage struct {
	page
	Exchange, Folder, Query string
	Here                    findings.Folder
	Choose                  string
	Folders                 []folderRow
	Files                   []findings.File
	Pager                   pager
	Orphaned                int
}

type folderRow struct {
	findings.Folder
	Path, Choose string
}

func (c *Console) browse(v *visit) error {
	if err := v.allowed(browseRight); err != nil {
		return err
	}
	query := v.r.URL.Query()
	number, _ := strconv.Atoi(query.Get("page"))
	number = max(1, number)
	tree, err := c.Live.Tree(v.r.Context(), v.named(), inspect.TreeQuery{
		Exchange: query.Get("exchange"), Path: query.Get("folder"), Depth: 1,
		Files: pageSize, Offset: (number - 1) * pageSize, Search: query.Get("q"),
	})
	if err != nil {
		return v.orUnseen(query.Get("exchange"), err)
	}
	here := tree.Folders[0]
	p := browsePage{
		Exchange: strconv.FormatInt(tree.Exchange.ID, 10), Folder: here.Path, Query: query.Get("q"), Here: here, Files: tree.Files, Orphaned: tree.Orphaned,
		Choose: v.activatePath(tree.Exchange.ID, here.Path), Pager: filesPager(query, number, len(tree.Files), tree.FileCount),
	}
	for _, f := range tree.Folders[1:] {
		p.Folders = append(p.Folders, folderRow{Folder: f, Path: v.browsePath(tree.Exchange.ID, f.Path), Choose: v.activatePath(tree.Exchange.ID, f.Path)})
	}
	title := path.Base(here.Path)
	if here.Path == "/" {
		title = tree.Exchange.Name
	}
	p.page = v.page("integrations", title, v.trail(v.trailOfFolder(tree.Exchange, here.Path)...)...)
	show(v.w, http.StatusOK, "browse", p)
	return nil
}

// trailOfFolder leads back to the folders above.
func (v *visit) trailOfFolder(exchange findings.Reference, folder string) []link {
	name := v.named()
	trail := []link{{Text: "Exchanges", Path: pathOf("integrations", name.Namespace, name.Name, "exchanges")}}
	var above []link
	for folder != "/" && folder != "" && folder != "." {
		folder = path.Dir(folder)
		text := path.Base(folder)
		if folder == "/" {
			text = exchange.Name
		}
		above = append(above, link{Text: text, Path: v.browsePath(exchange.ID, folder)})
	}
	slices.Reverse(above)
	return append(trail, above...)
}

func filesPager(query url.Values, number, shown, total int) pager {
	from := (number - 1) * pageSize
	p := pager{From: from + 1, To: from + shown, Total: total}
	if number > 1 {
		p.Before = numbered(query, number-1)
	}
	if from+shown < total {
		p.Behind = numbered(query, number+1)
	}
	return p
}

// orUnseen offers to set up a sync without a look around, where only its consent opens the exchange: nobody accepts a
// non-disclosure agreement by looking.
func (v *visit) orUnseen(exchange string, err error) error {
	var why *findings.Error
	id, invalid := strconv.ParseInt(exchange, 10, 64)
	if !errors.As(err, &why) || why.Reason != v1alpha1.SplashNotAcceptedReason || invalid != nil {
		return err
	}
	show(v.w, http.StatusOK, "said", saidPage{
		page: v.page("integrations", "This exchange asks for consent first", v.trail(v.trailOfFolder(findings.Reference{ID: id}, "")...)...),
		Text: "It shows a splash screen, often a non-disclosure agreement, and nobody accepts that by looking around. Once a sync of it is set up " +
			"with the consent of somebody who may give it, this is where its folders are shown.",
		On: &link{Text: "Set up a sync", Path: v.activatePath(id, "/")},
	})
	return nil
}
