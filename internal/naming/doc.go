// Package naming gives documents and folders names that both services take,
// unique in their folder and the same from run to run.
//
// Its promise: a name that it made is safe (see Document and Folder), is left as
// it is when made again, and no two names that one Namer gave or was told of are
// equal under Key.
//
// Neither service says which names it takes, how long they may be, or whether it
// tells "Report.pdf" from "report.PDF" (inferred: no). A Luminance folder holds one
// active document of a name, an upload of the same name replaces it or is refused
// (Luminance API v1.5), and an exchange may hold several documents of one name. So the rules
// are the narrowest of the usual file systems, names are compared case-folded,
// and a second document of a name carries its Intralinks id:
//
//	Report.pdf
//	Report (12400000038).pdf
//
// # Why names are stable
//
// Who gets the plain name depends on nothing but the ids: documents get their names
// in ascending order of id, and a document that has a name keeps it. A caller
// therefore tells a new Namer of every name that the ledger holds for the folder
// (Take), then asks for the new ones in order (Assign). A document that comes later never
// changes the name of one that came before, whatever its id, and the names of a
// first run do not depend on the order in which the service lists documents. The
// suffix is the id alone, no counter, date or index number, all of which change
// when others come and go; a counter follows only where somebody has named
// another document exactly so.
//
// Without the ledger the same documents get the same names again; if some of them
// have gone from the source meanwhile, another may get their plain name. Names are
// therefore no identity: the id is.
package naming
