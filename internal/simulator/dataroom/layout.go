package dataroom

import "strings"

// oddity is what is unusual about a document of the demonstration.
type oddity int

const (
	usual oddity = iota
	placeholder
	zeroBytes
	irm
)

// item is one document of the demonstration.
type item struct {
	path string
	odd  oddity
}

// longName has 200 characters, the longest that a test should meet by default.
var longName = "Confidentiality undertaking given by the purchaser" +
	strings.Repeat(", its advisers, lenders and insurers", 4) + " to us"

// heron is the room of Project Heron, all of it invented. What lies below
// /Contracts fits into 80 requests of the receiving side.
var heron = []item{
	{path: "/Corporate/Articles of association.pdf"},
	{path: "/Corporate/Register of members.xlsx"},
	{path: "/Corporate/Board minutes 2025.docx"},
	{path: "/Corporate/Structure chart.pdf"},
	{path: "/Contracts/Master agreement.pdf"},
	{path: "/Contracts/Contract register.xlsx"},
	{path: "/Contracts/Read me first.txt"},
	{path: "/Contracts/Change of control summary.docx"},
	{path: "/Contracts/Side letter (to follow).pdf", odd: placeholder},
	{path: "/Contracts/Customers/Framework agreement – Müller & Söhne GmbH.pdf"},
	{path: "/Contracts/Customers/Contrat de maintenance – Établissements Lefèvre.pdf"},
	{path: "/Contracts/Customers/Rammeaftale – Østergård A_S.docx"},
	{path: "/Contracts/Customers/Service levels.xlsx"},
	{path: "/Contracts/Customers/Amendment no. 2.pdf"},
	{path: "/Contracts/Suppliers/Supply agreement – Nordkap Metals.pdf"},
	{path: "/Contracts/Suppliers/Price list 2026.xlsx"},
	{path: "/Contracts/Suppliers/Terms and conditions.docx"},
	{path: "/Contracts/Suppliers/Quality assurance agreement.pdf"},
	{path: "/Contracts/Leases/Lease – 14 Harbour Street.pdf"},
	{path: "/Contracts/Leases/Lease – Unit 7 Riverside.pdf", odd: irm},
	{path: "/Contracts/Leases/Schedule of leases.xlsx"},
	{path: "/Contracts/Leases/Landlord's consent.eml"},
	{path: "/Contracts/NDAs/Confidentiality agreement.pdf"},
	{path: "/Contracts/NDAs/Confidentiality agreement.pdf"},
	{path: "/Contracts/NDAs/Signature pages.pdf"},
	{path: "/Contracts/NDAs/" + longName + ".docx"},
	{path: "/Contracts/International/عقد التوريد.docx"},
	{path: "/Contracts/International/Россия/Договор поставки.pdf"},
	{path: "/Contracts/International/Россия/Приложение 1.docx"},
	{path: "/Contracts/International/中国/采购合同.pdf"},
	{path: "/Contracts/International/中国/补充协议.docx"},
	{path: "/Contracts/International/ישראל/הסכם שכירות.pdf"},
	{path: "/Contracts/Drafts/Share purchase agreement – draft 3.docx"},
	{path: "/Contracts/Drafts/Notes.txt", odd: zeroBytes},
	{path: "/Finance/Accounts 2025.pdf"},
	{path: "/Finance/Management accounts March.xlsx"},
	{path: "/Finance/Facility agreement.pdf"},
	{path: "/Finance/Tax computation.xlsx"},
	{path: "/Correspondence/Re timetable.eml"},
	{path: "/Correspondence/Réponse aux questions.eml"},
	{path: "/Correspondence/Ответ продавца.eml"},
	{path: "/Correspondence/Process letter.eml"},
}

// folderWords and documentWords name what larger rooms hold, in several scripts.
var (
	folderWords = []string{
		"Customers", "Fournisseurs agréés", "Mietverträge", "Договоры", "租赁", "الموردون", "חוזים", "Συμβάσεις", "Employment", "IP & IT",
	}
	documentWords = []string{
		"Supply agreement", "Contrat-cadre", "Übereinkunft", "Договор поставки", "采购合同", "اتفاقية", "הסכם", "Σύμβαση", "Side letter", "Amendment (signed)",
	}
	extensions = []string{".pdf", ".docx", ".xlsx", ".eml", ".txt"}
)
