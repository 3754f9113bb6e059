namespace Marketplace.Simulation;

/// <summary>A kind of thing that is sold: its place in the categories, who makes it, and what its titles are made of.</summary>
internal sealed record Kind(
    string Noun, string CategoryPath, string CategoryIdPath, int LowPrice, int HighPrice,
    string[] Brands, string[] Models, string[] Features);

/// <summary>The kinds of things the simulator sells.</summary>
internal static class Assortment
{
    public static readonly string[] Colors = ["Black", "White", "Silver", "Blue", "Red", "Green", "Grey", "Navy", "Brown", "Pink"];

    public static readonly (string Name, string Id)[] Conditions =
        [("New", "1000"), ("New", "1000"), ("Open box", "1500"), ("Certified - Refurbished", "2000"), ("Used", "3000"), ("Used", "3000")];

    public static readonly (string City, string? State, string PostalCode, string Country)[] Places =
    [
        ("San Jose", "California", "951**", "US"), ("Austin", "Texas", "787**", "US"), ("Brooklyn", "New York", "112**", "US"),
        ("Portland", "Oregon", "972**", "US"), ("Columbus", "Ohio", "432**", "US"), ("Manchester", null, "M1*", "GB"),
        ("Berlin", null, "10***", "DE"), ("Hamburg", null, "20***", "DE"), ("Lyon", null, "690**", "FR"), ("Osaka", null, "530-****", "JP"),
    ];

    public static readonly string[] SellerFirst = ["vintage", "prime", "urban", "nordic", "harbor", "golden", "retro", "swift", "cedar", "blue"];

    public static readonly string[] SellerSecond = ["finds", "outlet", "trader", "supply", "attic", "depot", "market", "corner", "works", "goods"];

    public static readonly Kind[] Kinds =
    [
        new("Mirrorless Camera", "Cameras & Photo|Digital Cameras", "625|31388", 180, 2400,
            ["Canon", "Nikon", "Sony", "Fujifilm", "Panasonic"], ["X-200", "Alpha 6300", "EOS R8", "Z 50", "GH5"], ["24.2MP", "Body Only", "with 18-55mm Lens", "4K Video"]),
        new("Prime Lens", "Cameras & Photo|Lenses & Filters|Lenses", "625|78997|3323", 60, 1300,
            ["Canon", "Sigma", "Tamron", "Nikon", "Zeiss"], ["35mm f/1.8", "50mm f/1.4", "85mm f/1.8", "24mm f/2.8"], ["Autofocus", "with Hood", "E-Mount", "Full Frame"]),
        new("Laptop", "Computers/Tablets & Networking|Laptops & Netbooks|PC Laptops & Netbooks", "58058|175672|177", 220, 2600,
            ["Lenovo", "Dell", "HP", "ASUS", "Acer"], ["ThinkPad T14", "XPS 13", "EliteBook 840", "ZenBook 14", "Swift 3"], ["16GB RAM", "512GB SSD", "14\" FHD", "Windows 11"]),
        new("Mechanical Keyboard", "Computers/Tablets & Networking|Keyboards, Mice & Pointers|Keyboards & Keypads", "58058|3676|33963", 35, 260,
            ["Keychron", "Logitech", "Corsair", "Ducky", "Razer"], ["K2", "MX Mechanical", "K70", "One 3", "BlackWidow"], ["Hot-Swappable", "Wireless", "RGB", "75% Layout"]),
        new("Smartphone", "Cell Phones & Accessories|Cell Phones & Smartphones", "15032|9355", 90, 1300,
            ["Apple", "Samsung", "Google", "OnePlus", "Motorola"], ["iPhone 13", "Galaxy S22", "Pixel 7", "Nord 3", "Edge 40"], ["128GB", "256GB", "Unlocked", "Dual SIM"]),
        new("Smart Watch", "Cell Phones & Accessories|Smart Watches", "15032|178893", 45, 620,
            ["Garmin", "Apple", "Samsung", "Fitbit", "Amazfit"], ["Forerunner 255", "Series 8", "Galaxy Watch 5", "Versa 4", "GTR 4"], ["GPS", "45mm", "Heart Rate", "with Charger"]),
        new("Headphones", "Consumer Electronics|Portable Audio & Headphones|Headphones", "293|15052|112529", 25, 480,
            ["Sony", "Bose", "Sennheiser", "AKG", "Audio-Technica"], ["WH-1000XM4", "QC45", "HD 600", "K701", "ATH-M50x"], ["Noise Cancelling", "Over-Ear", "Wireless", "Studio"]),
        new("Turntable", "Consumer Electronics|Vintage Electronics|Vintage Audio & Video", "293|183077|175673", 70, 950,
            ["Technics", "Pioneer", "Rega", "Thorens", "Dual"], ["SL-1200", "PL-12D", "Planar 2", "TD 160", "CS 505"], ["Belt Drive", "Serviced", "with Dust Cover", "Direct Drive"]),
        new("Game Console", "Video Games & Consoles|Video Game Consoles", "1249|139971", 60, 620,
            ["Sony", "Nintendo", "Microsoft", "Sega"], ["PlayStation 5", "Switch OLED", "Xbox Series X", "Saturn"], ["1TB", "with Controller", "Bundle", "Tested"]),
        new("Graphics Card", "Computers/Tablets & Networking|Computer Components & Parts|Graphics/Video Cards", "58058|175673|27386", 120, 1800,
            ["ASUS", "MSI", "Gigabyte", "EVGA", "Sapphire"], ["RTX 3070", "RTX 4080", "RX 7800 XT", "RTX 3060", "RX 6700"], ["8GB GDDR6", "12GB", "OC Edition", "Dual Fan"]),
        new("Running Shoes", "Clothing, Shoes & Accessories|Men|Men's Shoes|Athletic Shoes", "11450|260012|93427|15709", 30, 220,
            ["Nike", "adidas", "ASICS", "Brooks", "New Balance"], ["Pegasus 40", "Ultraboost", "Gel-Kayano 29", "Ghost 15", "990v5"], ["US 9", "US 10.5", "Wide", "Lightweight"]),
        new("Denim Jacket", "Clothing, Shoes & Accessories|Men|Men's Clothing|Coats, Jackets & Vests", "11450|260012|1059|57988", 25, 260,
            ["Levi's", "Wrangler", "Lee", "Carhartt", "Gap"], ["Trucker", "Type III", "Rider", "Detroit"], ["Size M", "Size L", "Vintage", "Sherpa Lined"]),
        new("Mountain Bike", "Sporting Goods|Cycling|Bicycles", "888|7294|177831", 250, 3200,
            ["Trek", "Giant", "Specialized", "Cannondale", "Scott"], ["Marlin 7", "Talon 2", "Rockhopper", "Trail 5", "Aspect"], ["29er", "Size L", "Hardtail", "Disc Brakes"]),
        new("Tent", "Sporting Goods|Camping & Hiking|Tents & Canopies|Tents", "888|16034|179010|179010", 55, 720,
            ["MSR", "Coleman", "Big Agnes", "Hilleberg", "REI"], ["Hubba Hubba", "Sundome", "Copper Spur", "Nallo", "Half Dome"], ["2 Person", "3 Season", "Ultralight", "with Footprint"]),
        new("Electric Guitar", "Musical Instruments & Gear|Guitars & Basses|Electric Guitars", "619|3858|33034", 140, 2800,
            ["Fender", "Gibson", "Ibanez", "PRS", "Yamaha"], ["Stratocaster", "Les Paul Studio", "RG550", "SE Custom", "Pacifica"], ["Right-Handed", "with Hard Case", "HSS", "Rosewood"]),
        new("Synthesizer", "Musical Instruments & Gear|Pro Audio Equipment|Synthesizers", "619|180014|38071", 160, 2600,
            ["Korg", "Roland", "Moog", "Yamaha", "Arturia"], ["Minilogue", "JU-06A", "Subsequent 37", "Reface CS", "MicroFreak"], ["Analog", "37 Keys", "Polyphonic", "Boxed"]),
        new("Espresso Machine", "Home & Garden|Kitchen, Dining & Bar|Small Kitchen Appliances|Coffee, Tea & Espresso Makers", "11700|20625|20667|38252", 90, 1500,
            ["De'Longhi", "Breville", "Gaggia", "Rancilio", "La Pavoni"], ["Dedica", "Barista Express", "Classic Pro", "Silvia", "Europiccola"], ["15 Bar", "with Grinder", "Stainless Steel", "Serviced"]),
        new("Cordless Drill", "Home & Garden|Tools & Workshop Equipment|Power Tools|Drills", "11700|631|3247|71280", 35, 340,
            ["Makita", "DeWalt", "Bosch", "Milwaukee", "Ryobi"], ["DHP484", "DCD796", "GSR 18V", "M18 Fuel", "One+"], ["18V", "with 2 Batteries", "Brushless", "in Case"]),
        new("Building Set", "Toys & Hobbies|Building Toys|LEGO Complete Sets & Packs", "220|183446|19006", 20, 720,
            ["LEGO", "Mega", "Cobi", "BlueBrixx"], ["Star Cruiser", "Technic Crane", "City Harbor", "Castle Gate"], ["Sealed", "Retired", "1,254 Pieces", "with Box"]),
        new("Mechanical Watch", "Jewelry & Watches|Watches, Parts & Accessories|Wristwatches", "281|260324|31387", 120, 4200,
            ["Seiko", "Orient", "Tissot", "Hamilton", "Omega"], ["SKX007", "Bambino", "PRX", "Khaki Field", "Seamaster"], ["Automatic", "42mm", "Box & Papers", "Sapphire"]),
        new("Fountain Pen", "Collectibles|Pens & Writing Instruments|Pens|Fountain Pens", "1|966|14024|7280", 15, 680,
            ["Pilot", "Lamy", "Pelikan", "Montblanc", "Sailor"], ["Custom 74", "2000", "M200", "Meisterstück", "Pro Gear"], ["Fine Nib", "Medium Nib", "14K Gold", "with Converter"]),
        new("First Edition Book", "Books & Magazines|Antiquarian & Collectible", "267|29223", 18, 1600,
            ["Penguin", "Faber", "Viking", "Knopf", "Scribner"], ["The Long Road", "Northern Lights", "A Summer Abroad", "The Cartographer"], ["Hardcover", "Signed", "with Dust Jacket", "1968"]),
        new("Brake Pads", "eBay Motors|Parts & Accessories|Car & Truck Parts & Accessories|Brakes & Brake Parts", "6000|6028|6030|33559", 18, 190,
            ["Brembo", "Bosch", "ATE", "TRW", "Akebono"], ["P85 020", "BC905", "ProACT", "GDB1330"], ["Front Set", "Rear Set", "Ceramic", "OEM Quality"]),
        new("Desk Lamp", "Home & Garden|Lamps, Lighting & Ceiling Fans|Lamps", "11700|20697|112581", 15, 420,
            ["IKEA", "Anglepoise", "Artemide", "Philips", "Muuto"], ["Tertial", "Type 75", "Tolomeo", "Hue Signe", "Leaf"], ["LED", "Dimmable", "Adjustable", "Mid-Century"]),
    ];
}
